-- safe
-- What keeps callers apart: the calls that each project has made in the window under way.

-- One row a project. Processes take calls from it in blocks, so that it is written far less often than it is asked.
create table request_quotas (
  project_id   integer primary key,
  window_start timestamptz not null,
  used         bigint not null
) with (fillfactor = 50);

do $$
declare tenant text;
begin
  foreach tenant in array array['request_quotas']
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
