-- safe
-- Who wrote what of a campaign, and executions that are tests.

-- As the audit trail names them: `user:12`, `app token`, `client:ccl_1_ab`; null where the platform made it.
alter table campaigns add column updated_by text;

alter table campaign_versions
  add column title text,                -- as it was with this version; null before this migration
  add column author text;

-- A test goes through the same gateways to one person, whatever the campaign's state; figures leave it out.
alter table executions add column is_test boolean not null default false;

-- The end of a campaign: calls after it are refused, and a sweep of the workers moves the campaign into the past.
create index campaigns_end on campaigns (project_id, end_time) where state = 1 and end_time is not null;

grant select (project_id, id, state, end_time), update (state, deactivate_time) on campaigns to carillon_dispatch;
create policy crossing on campaigns to carillon_dispatch using (true) with check (true);
