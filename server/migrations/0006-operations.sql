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
