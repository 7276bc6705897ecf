-- safe
-- What the dashboard asks of messages, executions and people: indexes for its searches. No settle touches a column of
-- these: an index on a changing column would make every outcome write a new index entry.

-- One caller's reference may stand on a million messages: `id` gives its newest page without sorting them.
drop index messages_reference;
create index messages_reference on messages (project_id, external_message_id, id)
  where external_message_id is not null;

-- Columns as they are, no expressions: under row-level security an index on lower(address) would never be used,
-- because lower() is not leakproof. Email addresses and telephone numbers only: a push token may be longer than an
-- index entry.
create index messages_address on messages (project_id, address, id) where message_type in (7, 9);

-- Targets that led to nobody are found by their text alone; all others by their person.
create index messages_nobody on messages (project_id, target, id) where profile_id is null and length(target) <= 255;

create index executions_request on executions (project_id, request_id, id);

-- People by the beginning of their user id.
create index profiles_prefix on profiles (project_id, user_id text_pattern_ops) where user_id is not null;

-- Sending again ------------------------------------------------------------------------------------------

alter table executions add column resent_from bigint;

-- Which messages of an execution were sent again, and by which one: the key lets each go once, however often and
-- from however many windows it is asked for. `bucket` is the message's.
create table resends (
  project_id   integer not null,
  bucket       smallint not null,
  execution_id bigint not null,         -- the one that failed
  message_id   bigint not null,
  resent_by    bigint not null,         -- the new execution
  create_time  timestamptz not null,
  primary key (project_id, bucket, execution_id, message_id)
);

-- CSV imports --------------------------------------------------------------------------------------------

-- A file on its way into profiles. It lies in the database because the worker that reads it may be another machine.
create table imports (
  project_id  integer not null,
  id          bigint generated always as identity,
  created_by  text not null,
  encoding    text,
  delimiter   text,
  columns     text,                     -- JSON: headers with samples and inferred types; null until it is all here
  rows        integer,
  task_id     bigint,                   -- set when it is run; then it cannot be run again
  create_time timestamptz not null,
  primary key (project_id, id)
);

-- The file in UTF-8 without a mark, in parts. They go when the import has ended.
create table import_files (
  project_id integer not null,
  import_id  bigint not null,
  part       integer not null,
  data       bytea not null,
  primary key (project_id, import_id, part)
);

-- Bytes of people's data are written once and read a few times; compressing them buys nothing.
alter table import_files alter column data set storage external;

-- Rows that were refused, one JSON list for each batch of rows that had some.
create table import_errors (
  project_id integer not null,
  import_id  bigint not null,
  batch      integer not null,          -- the place of its first row
  errors     text not null,
  primary key (project_id, import_id, batch)
);

-- Who may do what ----------------------------------------------------------------------------------------

call keep_to_own_project('resends', 'imports', 'import_files', 'import_errors');
grant select, insert, update, delete on resends, imports, import_files, import_errors to carillon_app;

grant usage on sequence imports_id_seq to carillon_app;
