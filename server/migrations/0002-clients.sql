-- safe
-- OAuth clients with their secrets, keys and access tokens; the app token's switch; the audit trail.
--
-- Nothing here is looked up across projects: a client id and an access token carry their project's number, so the
-- application's role finds them inside that project, and the dispatcher is granted nothing new but one column.

create table clients (
  project_id  integer not null,
  id          text not null,            -- the OAuth client_id
  name        text not null,
  scopes      text[] not null,          -- none until an administrator sets them
  enabled     boolean not null,
  require_jti boolean not null,         -- refuses assertions that could be used twice
  token_epoch integer not null default 0, -- access tokens of an earlier one are revoked
  create_time timestamptz not null,
  update_time timestamptz not null,     -- the seed's columns Updated Time and Updated By
  updated_by  text not null,
  primary key (project_id, id)
);

create table client_secrets (
  project_id  integer not null,
  client_id   text not null,
  id          integer generated always as identity,
  hash        bytea not null,           -- SHA-256; a 256-bit random secret needs no slow hash
  hint        text not null,            -- its last four characters, to tell secrets apart
  create_time timestamptz not null,
  valid_until timestamptz,              -- null: no end
  primary key (project_id, client_id, id),
  foreign key (project_id, client_id) references clients (project_id, id) on delete cascade
);

create table client_keys (
  project_id  integer not null,
  client_id   text not null,
  id          integer generated always as identity,
  kind        text not null,            -- certificate or public_key
  algorithm   text not null,            -- bound to the key: an assertion's header chooses nothing
  spki        text not null,            -- PEM
  thumbprint  text not null,            -- SHA-256 of the SPKI, base64url; the `kid` of an assertion
  valid_from  timestamptz,
  valid_until timestamptz not null,
  create_time timestamptz not null,
  primary key (project_id, client_id, id),
  foreign key (project_id, client_id) references clients (project_id, id) on delete cascade
);

-- A token counts while its client, its credential and its epoch are there: revoking writes one row, whatever the number
-- of tokens (a busy client has millions, whose removal would take half a minute). Hence no foreign key, and no index
-- but by the end: rows go when they have ended.
create table access_tokens (
  project_id  integer not null,
  hash        bytea not null,           -- SHA-256
  client_id   text not null,
  credential  text not null,            -- what it was got with, `secret:5` or `key:7`
  epoch       integer not null,         -- the client's when it was made
  scopes      text[] not null,          -- as granted; what counts is what the client still has of them
  create_time timestamptz not null,
  valid_until timestamptz not null,
  primary key (project_id, hash)
);

create index access_tokens_end on access_tokens (project_id, valid_until);

-- Assertions that were used: a second use finds the row, in whichever process it comes. They go when they have ended.
create table used_assertions (
  project_id  integer not null,
  client_id   text not null,
  hash        bytea not null,           -- SHA-256 of the jti
  valid_until timestamptz not null,     -- when the assertion itself has ended
  primary key (project_id, client_id, hash)
);

create index used_assertions_end on used_assertions (project_id, valid_until);

-- On the token, because the dispatcher reads it with the token's hash.
alter table app_tokens add column enabled boolean not null default true;
grant select (enabled) on app_tokens to carillon_dispatch;

call keep_to_own_project('clients', 'client_secrets', 'client_keys', 'access_tokens', 'used_assertions');
grant select, insert, update, delete on
  clients, client_secrets, client_keys, access_tokens, used_assertions to carillon_app;

grant usage on all sequences in schema public to carillon_app;

-- Audit trail --------------------------------------------------------------------------------------------
-- In a schema of its own: all tables of `public` are granted alike, this one is only read and added to.

create schema audit;

create table audit.entries (
  project_id integer not null,
  no         bigint not null,           -- 1, 2, 3, ... without gaps
  at         timestamptz not null,
  actor      text not null,
  ip         text not null,
  action     text not null,
  object     text not null,
  before     text,                      -- JSON; never a secret
  after      text,
  hash       bytea not null,            -- SHA-256 over the one before and this row
  primary key (project_id, no)
);

call keep_to_own_project('audit.entries');
grant usage on schema audit to carillon_app;
grant select, insert on audit.entries to carillon_app;
