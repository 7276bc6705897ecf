-- What a worker has counted since it started, for /metrics of the API: workers listen on no port of their own.
alter table workers add column counters text not null default '{}';  -- JSON: "message type:status" -> messages
