-- safe
-- What the dashboard asks of messages, executions and people: indexes for its searches. No settle touches a column of
-- these: an index on a changing column would make every outcome write a new index entry.

-- The newest page, and one message by its id.
create index messages_newest on messages (project_id, id);

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

-- People: the newest, and by the beginning of their user id.
create index profiles_newest on profiles (project_id, id);
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

-- Who may do what ----------------------------------------------------------------------------------------

do $$
declare tenant text;
begin
  foreach tenant in array array['resends']
  loop
    execute format('alter table %I enable row level security', tenant);
    execute format('alter table %I force row level security', tenant);
    execute format(
      'create policy one_project on %I to carillon_app
         using (project_id = (select nullif(current_setting(''app.project_id'', true), '''')::integer))
         with check (project_id = (select nullif(current_setting(''app.project_id'', true), '''')::integer))',
      tenant);
    execute format('grant select, insert, update, delete on %I to carillon_app', tenant);
  end loop;
end $$;
