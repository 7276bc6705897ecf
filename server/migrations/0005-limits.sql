-- safe
-- What keeps callers apart, and one call from its repetition.

-- One row a project. Processes take calls from it in blocks, so that it is written far less often than it is asked.
create table request_quotas (
  project_id   integer primary key,
  window_start timestamptz not null,
  used         bigint not null
) with (fillfactor = 50);

-- Calls of execute/campaign without an idempotency key, and whether their answers arrived. A repetition of a call
-- whose answer was lost finds it here. state: 0 nobody knows yet, 1 lost, 2 delivered (kept for a few seconds).
create table unkeyed_calls (
  project_id   integer not null,
  fingerprint  bytea not null,          -- of credential and body, 16 bytes
  execution_id bigint not null,
  state        smallint not null,
  answer       text not null,
  create_time  timestamptz not null,    -- when the call came that holds it; also tells one holder from the next
  decide_by    timestamptz not null,    -- who is still undecided then has lost its process
  primary key (project_id, fingerprint, execution_id)
) with (fillfactor = 50);               -- each row is updated once, which then finds room beside it

call keep_to_own_project('request_quotas', 'unkeyed_calls');
grant select, insert, update, delete on request_quotas, unkeyed_calls to carillon_app;
