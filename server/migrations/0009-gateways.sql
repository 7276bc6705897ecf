-- safe
-- Gateways of a project's own, and what each worker says of itself.

create table gateways (
  project_id   integer not null,
  message_type smallint not null,
  kind         text not null,            -- smtp, sms-http or smpp
  settings     bytea not null,           -- JSON under the instance key: they hold passwords
  version      integer not null,         -- a new one means new connections and a breaker with a clean record
  create_time  timestamptz not null,
  update_time  timestamptz not null,
  updated_by   text not null,
  primary key (project_id, message_type)
);

call keep_to_own_project('gateways');
grant select, insert, update, delete on gateways to carillon_app;

-- Written by each worker every few seconds; a row that stays old is a worker that is gone. No tenant's data.
create table workers (
  name       text primary key,
  version    text not null,
  start_time timestamptz not null,
  seen_time  timestamptz not null,
  breakers   text not null               -- JSON: the breakers that are open, by name, with their end
);

grant select on workers to carillon_app;
grant select, insert, update, delete on workers to carillon_dispatch;

-- How old the oldest transaction of this database is: one old snapshot makes every claim slower. A function of the
-- owner's, because a plain role is shown only its own sessions.
create function oldest_transaction_seconds() returns double precision
  language sql security definer set search_path = pg_catalog as $$
  select coalesce(extract(epoch from max(clock_timestamp() - xact_start)), 0)::double precision
  from pg_stat_activity
  where datname = current_database() and backend_type = 'client backend' and pid <> pg_backend_pid()
$$;

revoke all on function oldest_transaction_seconds() from public;
grant execute on function oldest_transaction_seconds() to carillon_app;
