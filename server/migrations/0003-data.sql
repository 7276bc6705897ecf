-- safe
-- What callers tell about people beside their profiles: events, declared attributes and tags, the suppression, and
-- user lists. Conventions as in the first migration.

-- Attributes ---------------------------------------------------------------------------------------------

-- One registry of keys holds attributes and tags; two flags decide the use (evidence: data API, 5.1). Neither: a tag.
alter table attributes
  add column id bigint generated always as identity,
  add column title text,
  add column alias text,
  add column profile_attribute smallint not null default 1,
  add column device_attribute smallint not null default 0;

-- Events -------------------------------------------------------------------------------------------------

create sequence event_ids increment by 1000;

-- day: of the event itself, so that "in the last 7 days" reads one or two partitions.
create table events (
  project_id  integer not null,
  bucket      smallint not null,        -- the profile's
  day         date not null,
  id          bigint not null,
  profile_id  bigint not null,
  name        text not null,
  value       text,                     -- json text; null: none
  time        timestamptz not null,     -- when it happened, by the caller
  create_time timestamptz not null,
  primary key (project_id, bucket, day, id)
) partition by range (day);

create index events_profile on events (project_id, bucket, profile_id, name, time);

create table events_default partition of events default;

-- Names of events; the first use makes the definition.
create table event_definitions (
  project_id  integer not null,
  name        text not null,
  create_time timestamptz not null,
  primary key (project_id, name)
);

-- The callers' own ids of events. A table of its own: a unique key of `events` would have to hold the day, and the
-- same event sent again after midnight would count twice. `bucket` is the event id's own.
create table event_keys (
  project_id  integer not null,
  bucket      smallint not null,
  event_id    text not null,
  create_time timestamptz not null,
  primary key (project_id, bucket, event_id)
);

-- Suppression --------------------------------------------------------------------------------------------

-- Made with a project's first suppressed address. Kept here and not derived from the instance's key: after a change
-- of that key every suppressed person would silently be reachable again.
create table suppression_salts (
  project_id integer not null primary key,
  salt       bytea not null
);

-- Addresses that nothing is sent to, as SHA-256 over salt and normalised address: the row outlives the person's
-- data. message_type as in messages; `bucket` is the normalised address's.
create table suppressions (
  project_id   integer not null,
  bucket       smallint not null,
  message_type smallint not null,
  hash         bytea not null,
  create_time  timestamptz not null,
  primary key (project_id, bucket, message_type, hash)
);

-- User lists ---------------------------------------------------------------------------------------------

create table lists (
  project_id  integer not null,
  id          bigint generated always as identity,
  title       text not null,
  identifier  text not null,            -- what its items are: user_id, email, ...
  create_time timestamptz not null,
  update_time timestamptz not null,
  primary key (project_id, id)
);

create sequence list_item_ids increment by 1000;

-- `bucket` is the item's. No foreign key: a list goes with its items in one transaction that holds the list's row.
create table list_items (
  project_id  integer not null,
  bucket      smallint not null,
  list_id     bigint not null,
  item        text not null,
  id          bigint not null,
  create_time timestamptz not null,
  primary key (project_id, bucket, list_id, item)
);

create index list_items_list on list_items (project_id, list_id, id);

-- Who may do what ----------------------------------------------------------------------------------------

call keep_to_own_project(
  'events', 'event_definitions', 'event_keys', 'suppression_salts', 'suppressions', 'lists', 'list_items');
grant select, insert, update, delete on
  events, event_definitions, event_keys, suppression_salts, suppressions, lists, list_items to carillon_app;

grant usage on sequence event_ids, list_item_ids, attributes_id_seq, lists_id_seq to carillon_app;
