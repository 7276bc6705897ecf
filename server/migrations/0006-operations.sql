-- safe
-- Lists of a million rows: indexes for the orders and conditions that list operations document. All are on columns
-- that are written once, but for profiles' update_time: settling a message must stay an update in place.

create index profiles_id on profiles (project_id, id);
create index profiles_created on profiles (project_id, create_time, id);
create index profiles_updated on profiles (project_id, update_time, id);

create index devices_id on devices (project_id, id);
create index devices_created on devices (project_id, create_time, id);

create index executions_runtime on executions (project_id, send_at, id);

create index messages_id on messages (project_id, id);
create index messages_created on messages (project_id, create_time, id);
create index messages_execution on messages (project_id, execution_id, id);

create index list_items_id on list_items (project_id, id);
create index list_items_created on list_items (project_id, create_time, id);

-- Tags ---------------------------------------------------------------------------------------------------

create sequence tag_hit_ids increment by 1000;

-- day: of the hit itself, as of events.
create table tag_hits (
  project_id  integer not null,
  bucket      smallint not null,        -- the profile's
  day         date not null,
  id          bigint not null,
  tag         text not null,
  profile_id  bigint not null,
  device_id   bigint,                   -- where the hit named one
  value       text,                     -- json text; null: none
  time        timestamptz not null,     -- when it happened, by the caller
  create_time timestamptz not null,
  primary key (project_id, bucket, day, id)
) partition by range (day);

create index tag_hits_id on tag_hits (project_id, id);
create index tag_hits_profile on tag_hits (project_id, bucket, profile_id, tag, time);
create index tag_hits_tag on tag_hits (project_id, tag, id);
create index tag_hits_time on tag_hits (project_id, time, id);

create table tag_hits_default partition of tag_hits default;

-- Subscriptions ------------------------------------------------------------------------------------------

create sequence subscription_change_ids increment by 1000;

-- A project that is here logs changes of subscription; without a row it logs none (evidence: data API, 8.3).
create table subscription_logs (
  project_id  integer not null primary key,
  create_time timestamptz not null
);

-- The log of list/profile-subscription.
create table subscription_changes (
  project_id   integer not null,
  bucket       smallint not null,       -- the profile's
  id           bigint not null,
  profile_id   bigint not null,
  message_type smallint not null,
  address      text,
  status       smallint not null,       -- 1 subscribed, 0 not
  is_external  smallint not null,       -- 1 by the API or an import
  update_time  timestamptz not null,
  primary key (project_id, bucket, id)
);

create index subscription_changes_id on subscription_changes (project_id, id);
create index subscription_changes_time on subscription_changes (project_id, update_time, id);
create index subscription_changes_profile on subscription_changes (project_id, bucket, profile_id, id);

-- Tasks --------------------------------------------------------------------------------------------------

-- run_at: not before this; null: at once. On the application's clock, as a chunk's.
alter table tasks add column run_at timestamptz;
grant select (run_at) on tasks to carillon_dispatch;

call keep_to_own_project('tag_hits', 'subscription_logs', 'subscription_changes');
grant select, insert, update, delete on tag_hits, subscription_logs, subscription_changes to carillon_app;

grant usage on sequence tag_hit_ids, subscription_change_ids to carillon_app;
