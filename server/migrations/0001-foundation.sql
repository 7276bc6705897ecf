-- safe
-- The foundation: projects, people, campaigns, the queue, messages and what is told about them.
--
-- Conventions (docs/concepts/data.md):
--   project_id  first column of every tenant table's primary key and of every index
--   bucket      hash(user_id) & 63, filled by the application, never changed; the low six bits of a bucketed
--               table's id repeat it, so that an id alone leads to its bucket
--   times       timestamptz, given by the application, except for leases, which live on the database's clock
--   json text   `text` where the application alone reads it: keeps the order of keys, costs no parsing here

-- Projects and credentials -------------------------------------------------------------------------------

create table projects (
  id          integer generated always as identity primary key,
  name        text not null,
  time_zone   text not null default 'UTC',
  settings    text not null default '{}',
  create_time timestamptz not null
);

create table app_tokens (
  project_id  integer not null references projects (id),
  hash        bytea not null,           -- SHA-256; a 256-bit random token needs no slow hash
  sealed      bytea not null,           -- the token under the instance key, shown again to project admins only
  create_time timestamptz not null,
  valid_until timestamptz,              -- null: no end; set when a newer token replaces it
  primary key (project_id, hash),
  unique (hash)
);

create table users (
  id            integer generated always as identity primary key,
  email         text not null unique,
  password_hash text not null,
  create_time   timestamptz not null
);

create table memberships (
  project_id integer not null references projects (id),
  user_id    integer not null references users (id),
  role       text not null,
  primary key (project_id, user_id)
);

create table sessions (
  hash        bytea primary key,        -- SHA-256 of the cookie's value
  user_id     integer not null references users (id),
  create_time timestamptz not null,
  valid_until timestamptz not null
);

-- People -------------------------------------------------------------------------------------------------

create sequence profile_ids increment by 1000;

create table profiles (
  project_id            integer not null,
  bucket                smallint not null,
  id                    bigint not null,
  user_id               text,
  email                 text,
  email_subscription    smallint,
  mobile_number         text,
  sms_subscription      smallint,
  whatsapp_number       text,
  whatsapp_subscription smallint,
  first_name            text,
  last_name             text,
  language              text,
  timezone              text,
  country               text,
  attributes            jsonb not null default '{}',
  create_time           timestamptz not null,
  update_time           timestamptz not null,
  primary key (project_id, bucket, id)
) with (fillfactor = 85);

create unique index profiles_user on profiles (project_id, bucket, user_id) where user_id is not null;

-- Finds a profile or device by something else than its user id. `bucket` is the key's own.
-- kind: 1 email (matching form), 2 mobile number, 3 push token
create table lookup_keys (
  project_id     integer not null,
  bucket         smallint not null,
  kind           smallint not null,
  key            text not null,
  profile_id     bigint not null,
  device_id      bigint not null default 0,
  primary key (project_id, bucket, kind, key, profile_id, device_id)
);

create sequence device_ids increment by 1000;

create table devices (
  project_id   integer not null,
  bucket       smallint not null,       -- the profile's
  id           bigint not null,
  profile_id   bigint not null,
  message_type smallint not null,       -- 1 iOS, 2 Android, 3 web
  token        text not null,
  subscribed   smallint not null default 1,
  create_time  timestamptz not null,
  update_time  timestamptz not null,
  primary key (project_id, bucket, id)
);

create index devices_profile on devices (project_id, bucket, profile_id);

-- Names of custom attributes with the type of their first value.
create table attributes (
  project_id  integer not null,
  name        text not null,
  type        text not null,
  create_time timestamptz not null,
  primary key (project_id, name)
);

-- Campaigns ----------------------------------------------------------------------------------------------

create table campaigns (
  project_id      integer not null,
  id              bigint generated always as identity,
  title           text not null,
  trigger         smallint not null,    -- 0 scheduled, 1 location, 2 event, 3 API
  state           smallint not null,    -- 0 draft, 1 live, 2 stopped, 3 past, 4 closed
  version         integer not null,
  create_time     timestamptz not null,
  update_time     timestamptz not null,
  activate_time   timestamptz,
  deactivate_time timestamptz,
  end_time        timestamptz,
  primary key (project_id, id)
);

-- Frozen content: an execution names its version, so that a later edit never changes what was accepted.
create table campaign_versions (
  project_id  integer not null,
  campaign_id bigint not null,
  version     integer not null,
  content     text not null,
  create_time timestamptz not null,
  primary key (project_id, campaign_id, version),
  foreign key (project_id, campaign_id) references campaigns (project_id, id)
);

-- Executions and the queue -------------------------------------------------------------------------------

create sequence execution_ids increment by 1000;

create table executions (
  project_id          integer not null,
  id                  bigint not null,
  campaign_id         bigint not null,
  version             integer not null,
  day                 date not null,    -- the accepting day; its messages carry it, so that they share a partition
  target_by           text not null,
  targets             integer not null, -- accepted
  channels            smallint[] not null,
  params              text not null,
  overrides           text,
  external_message_id text,
  create_missing      boolean not null,
  send_at             timestamptz not null,
  expire_at           timestamptz,      -- the end of retry_for; null: the default window
  request_id          text not null,
  create_time         timestamptz not null,
  primary key (project_id, id)
);

create index executions_campaign on executions (project_id, campaign_id, id);

create table idempotency_keys (
  project_id   integer not null,
  method       text not null,
  key          text not null,
  fingerprint  bytea not null,
  answer       text not null,
  create_time  timestamptz not null,
  valid_until  timestamptz not null,
  primary key (project_id, method, key)
);

create sequence claim_tokens;

-- A worker's hold on the chunks that it took at once. The row is the fence: every write of the haul locks it, and
-- who takes the work over deletes it first. The lease is here and not on the chunks, so a heartbeat writes one row.
create table hauls (
  project_id  integer not null,
  token       bigint not null,
  worker      text not null,
  lease_until timestamptz not null,     -- on the database's clock
  primary key (project_id, token)
);

create index hauls_lease on hauls (lease_until);

create sequence chunk_ids increment by 1000;

-- The unit of work. state: 0 queued, 1 claimed, 2 done.
--
--   queued ──claim──▶ claimed ──settle──▶ done
--      ▲                 │
--      └── lease ended ──┘
create table chunks (
  project_id   integer not null,
  bucket       smallint not null,
  id           bigint not null,
  execution_id bigint not null,
  lane         smallint not null,
  state        smallint not null default 0,
  run_at       timestamptz not null,
  claim        bigint,                  -- the haul's token while claimed
  tries        smallint not null default 0,
  target_count integer not null,
  targets      text not null,
  primary key (project_id, bucket, id)
) with (fillfactor = 70);

-- Written once, read once: compressing 3 MB of targets would take longer than all other work of accepting them.
alter table chunks alter column targets set storage external;

create index chunks_ready on chunks (project_id, lane, run_at, id) where state = 0;
create index chunks_claimed on chunks (project_id, claim) where state = 1;
create index chunks_execution on chunks (project_id, execution_id);

-- Messages -----------------------------------------------------------------------------------------------

create sequence message_ids increment by 1000;

-- One row for each target and channel of an execution, skipped ones included: the accounting of messages.
-- recipient: the profile's or device's id, or -(target_no + 1) where the target led to nobody.
create table messages (
  project_id          integer not null,
  bucket              smallint not null,
  day                 date not null,
  id                  bigint not null,
  execution_id        bigint not null,
  campaign_id         bigint not null,
  version             integer not null,
  message_type        smallint not null,
  status              smallint not null,
  tries               smallint not null default 0,
  target_no           integer not null,
  recipient           bigint not null,
  profile_id          bigint,
  device_id           bigint,
  user_id             text,
  target              text not null,
  address             text,
  external_message_id text,
  reason              text,
  error               text,
  provider_id         text,
  create_time         timestamptz not null,
  sent_time           timestamptz,
  delivery_time       timestamptz,
  open_time           timestamptz,
  click_time          timestamptz,
  primary key (project_id, bucket, day, id)
) partition by range (day);

-- The promise: one message per person (or device), channel and execution.
create unique index messages_once on messages (project_id, bucket, day, execution_id, message_type, recipient);
create index messages_profile on messages (project_id, bucket, profile_id, id) where profile_id is not null;
create index messages_campaign on messages (project_id, campaign_id, id);
create index messages_reference on messages (project_id, external_message_id) where external_message_id is not null;

create table messages_default partition of messages default with (fillfactor = 60);

-- Tries that did not end well at once; the message row itself tells of the one that did.
create table attempts (
  project_id integer not null,
  bucket     smallint not null,
  day        date not null,
  message_id bigint not null,
  no         smallint not null,
  at         timestamptz not null,
  gateway    text not null,
  outcome    text not null,
  detail     text not null,
  primary key (project_id, bucket, day, message_id, no)
) partition by range (day);

create table attempts_default partition of attempts default;

-- What the sandbox gateway would have sent.
create table sandbox_messages (
  project_id   integer not null,
  bucket       smallint not null,
  id           bigint not null,         -- the message's
  message_type smallint not null,
  address      text not null,
  content      text not null,
  at           timestamptz not null,
  primary key (project_id, bucket, id)
);

create index sandbox_newest on sandbox_messages (project_id, at desc);

-- Webhooks out -------------------------------------------------------------------------------------------

create table connections (
  project_id           integer not null,
  id                   integer generated always as identity,
  name                 text not null,
  url                  text not null,
  events               text[] not null,
  message_types        smallint[],      -- null: all
  secret               bytea not null,  -- sealed
  previous_secret      bytea,
  previous_valid_until timestamptz,
  authorization_header bytea,           -- sealed; Basic or Bearer, null for none
  state                smallint not null default 1,  -- 0 disabled by hand, 1 on, 2 disabled by failures or 410
  state_reason         text,
  failures             integer not null default 0,   -- in a row
  failing_since        timestamptz,
  hold_until           timestamptz,     -- the endpoint is resting: one probe is sent when this has passed
  create_time          timestamptz not null,
  update_time          timestamptz not null,
  primary key (project_id, id)
);

create sequence webhook_event_ids increment by 1000;

-- state: 0 waiting, 1 claimed, 2 delivered, 3 exhausted
create table webhook_events (
  project_id    integer not null,
  bucket        smallint not null,
  id            bigint not null,
  connection_id integer not null,
  event         text not null,
  body          text not null,
  state         smallint not null default 0,
  tries         smallint not null default 0,  -- those on schedule; ten exhaust it
  run_at        timestamptz not null,
  turn_at       timestamptz not null,   -- its turn by the schedule: run_at may come earlier, and such a try is free
  claim         bigint,
  lease_until   timestamptz,
  create_time   timestamptz not null,
  end_time      timestamptz,
  last_status   smallint,
  last_detail   text,
  primary key (project_id, bucket, id)
) with (fillfactor = 70);

create index webhook_events_ready on webhook_events (project_id, connection_id, run_at, id) where state = 0;
create index webhook_events_leased on webhook_events (lease_until) where state = 1;
create index webhook_events_log on webhook_events (project_id, connection_id, create_time);

-- Tasks --------------------------------------------------------------------------------------------------

-- state: 0 queued, 1 running, 2 completed, 3 failed, 4 cancelled
create table tasks (
  project_id   integer not null,
  id           bigint generated always as identity,
  identifier   text not null,
  state        smallint not null default 0,
  progress     integer not null default 0,
  total        integer not null,
  errors_count integer not null default 0,
  error        text,
  input        text,
  claim        bigint,
  lease_until  timestamptz,
  tries        smallint not null default 0,
  create_time  timestamptz not null,
  start_time   timestamptz,
  finish_time  timestamptz,
  primary key (project_id, id)
);

create index tasks_ready on tasks (project_id, id) where state in (0, 1);

-- Statistics ---------------------------------------------------------------------------------------------

-- A table that was never analyzed is read by the wrong index (1,000 people by user id: 200 ms instead of 4), and
-- autovacuum comes up to a minute late. Whoever has written many rows asks for it; only the owner may analyze.
create function refresh_statistics() returns void language plpgsql security definer set search_path = public as $$
begin
  analyze profiles, lookup_keys, devices;
end $$;

revoke all on function refresh_statistics() from public;
grant execute on function refresh_statistics() to carillon_app;

-- Sessions -----------------------------------------------------------------------------------------------

-- A process that hangs inside a transaction keeps its locks, the one on its haul among them, and whoever takes its
-- work over would wait for it. PostgreSQL's idle limit does not see a session in the middle of a statement, and
-- transaction_timeout is there only from 17 on. Ends sessions of this program that have waited for their own client
-- inside a transaction for this long; of those that the owner may end.
create function end_hanging_sessions(seconds integer) returns integer
language sql security definer set search_path = pg_catalog as $$
  select count(*) filter (where pg_terminate_backend(pid, 1000))::integer from pg_stat_activity
  where datname = current_database() and application_name like 'carillon %' and xact_start is not null
    and wait_event_type = 'Client' and state_change < now() - make_interval(secs => seconds)
    and pg_has_role(usesysid, 'member')
$$;

revoke all on function end_hanging_sessions(integer) from public;
grant execute on function end_hanging_sessions(integer) to carillon_dispatch;

-- Who may do what ----------------------------------------------------------------------------------------
-- carillon_app works inside one project. carillon_dispatch crosses projects, but sees only the columns that
-- lead a credential or a piece of work to its project.

-- Row security of tables that hold rows of many projects: who is inside a project sees that one's rows, everybody else
-- none, the tables' owner among them.
create procedure keep_to_own_project(variadic tenants regclass[]) language plpgsql as $$
declare tenant regclass;
begin
  foreach tenant in array tenants loop
    execute format('alter table %s enable row level security', tenant);
    execute format('alter table %s force row level security', tenant);
    -- The sub-select is computed once a statement; a bare current_setting() would run once a row.
    execute format(
      'create policy one_project on %s to carillon_app
         using (project_id = (select nullif(current_setting(''app.project_id'', true), '''')::integer))
         with check (project_id = (select nullif(current_setting(''app.project_id'', true), '''')::integer))',
      tenant);
  end loop;
end $$;

revoke all on procedure keep_to_own_project(regclass[]) from public;

call keep_to_own_project(
  'app_tokens', 'memberships', 'profiles', 'lookup_keys', 'devices', 'attributes', 'campaigns',
  'campaign_versions', 'executions', 'idempotency_keys', 'hauls', 'chunks', 'messages', 'attempts',
  'sandbox_messages', 'connections', 'webhook_events', 'tasks');
grant select, insert, update, delete on
  app_tokens, memberships, profiles, lookup_keys, devices, attributes, campaigns,
  campaign_versions, executions, idempotency_keys, hauls, chunks, messages, attempts,
  sandbox_messages, connections, webhook_events, tasks to carillon_app;

grant select on projects, users to carillon_app;
grant select, insert, delete on sessions to carillon_app;
grant usage on all sequences in schema public to carillon_app;

grant select (id) on projects to carillon_dispatch;
grant select (project_id, hash, valid_until) on app_tokens to carillon_dispatch;
grant select (user_id, project_id, role) on memberships to carillon_dispatch;
grant select, insert, update, delete on hauls to carillon_dispatch;
grant select (project_id, bucket, id, execution_id, lane, state, run_at, claim, tries, target_count),
      update (state, claim, tries) on chunks to carillon_dispatch;
grant select (project_id, bucket, id, connection_id, state, tries, run_at, claim, lease_until),
      update (state, claim, lease_until, tries) on webhook_events to carillon_dispatch;
grant select (project_id, id, state, hold_until), update (hold_until) on connections to carillon_dispatch;
grant select (project_id, id, state, claim, lease_until, tries),
      update (state, claim, lease_until, tries, start_time) on tasks to carillon_dispatch;
grant usage on sequence claim_tokens to carillon_dispatch;

create policy crossing on app_tokens for select to carillon_dispatch using (true);
create policy crossing on memberships for select to carillon_dispatch using (true);
create policy crossing on hauls to carillon_dispatch using (true) with check (true);
create policy crossing on chunks to carillon_dispatch using (true) with check (true);
create policy crossing on webhook_events to carillon_dispatch using (true) with check (true);
create policy crossing on connections to carillon_dispatch using (true) with check (true);
create policy crossing on tasks to carillon_dispatch using (true) with check (true);
