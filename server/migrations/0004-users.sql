-- safe
-- People who sign in: names, authenticators, resets of passwords, invitations; and projects made by them.

alter table users add column name text not null default '';
alter table users add column totp_secret bytea;   -- sealed; null: no authenticator
alter table users add column totp_pending bytea;  -- sealed; shown, not confirmed by a first code yet
-- The time step of the last code that was taken: an older or equal one is a replay.
alter table users add column totp_step bigint not null default 0;
alter table users add column seen_time timestamptz;

-- Whose projects are these? Asked with every request of the dashboard; a user belongs to few.
create index memberships_user on memberships (user_id, project_id);
create index sessions_user on sessions (user_id);

-- Codes for somebody who has lost the authenticator. A used one is deleted.
create table recovery_codes (
  user_id integer not null references users (id),
  hash    bytea not null,               -- SHA-256; a code carries 80 random bits
  primary key (user_id, hash)
);

create table password_resets (
  hash        bytea primary key,        -- SHA-256 of the link's token
  user_id     integer not null references users (id),
  create_time timestamptz not null,
  valid_until timestamptz not null
);

create index password_resets_user on password_resets (user_id);

create table invitations (
  project_id  integer not null references projects (id),
  id          bigint generated always as identity,
  hash        bytea not null,           -- SHA-256 of the link's token, which names the project
  email       text not null,            -- lower case
  role        text not null,
  invited_by  text not null,            -- as the audit trail names them
  create_time timestamptz not null,
  valid_until timestamptz not null,
  primary key (project_id, id),
  unique (project_id, hash),
  unique (project_id, email)
);

-- Who may do what ----------------------------------------------------------------------------------------

call keep_to_own_project('invitations');
grant select, insert, update, delete on invitations to carillon_app;

-- A project row is seen, made and changed from inside that project only. Not forced: the owner seeds an empty
-- instance, and counts all projects to know that it is empty.
alter table projects enable row level security;
create policy one_project on projects to carillon_app
  using (id = (select nullif(current_setting('app.project_id', true), '')::integer))
  with check (id = (select nullif(current_setting('app.project_id', true), '')::integer));
create policy crossing on projects for select to carillon_dispatch using (true);
grant insert (id, name, time_zone, create_time) on projects to carillon_app;
grant update (name, time_zone, settings) on projects to carillon_app;
grant select (name) on projects to carillon_dispatch;

-- Users belong to no project: what may be written of them is named column by column; nobody is deleted, and an
-- email never changes.
grant insert (email, name, password_hash, create_time) on users to carillon_app;
grant update (name, password_hash, totp_secret, totp_pending, totp_step, seen_time) on users to carillon_app;
grant select, insert, delete on recovery_codes, password_resets to carillon_app;

grant usage on all sequences in schema public to carillon_app;
