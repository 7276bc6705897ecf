/** What list operations may name of people's tag hits and changes of subscription. */
import { modelOf, PROFILE_JOIN } from "./list-model.ts";
import { byIdBucket, byUserId } from "./list-narrowing.ts";

export const TAG_HITS = modelOf(
  "tag_hits t",
  [
    ["id", "int", "t.id"],
    ["tag", "text", "t.tag"],
    ["profile_id", "int", "t.profile_id", "t.profile_id::text"],
    ["user_id", "text", "p.user_id"],
    ["device_id", "int", "t.device_id"],
    ["value", "text", "t.value::json #>> '{}'", "t.value::json"],
    ["timestamp", "time", "t.time"],
    ["create_time", "time", "t.create_time"],
  ],
  {
    joins: [PROFILE_JOIN],
    narrowings: { user_id: byUserId("tag_hits"), profile_id: byIdBucket, device_id: byIdBucket },
  },
);

const CHANNEL_NAME = "case t.message_type when 7 then 'email' when 9 then 'sms' else 'whatsapp' end";

export const PROFILE_SUBSCRIPTIONS = modelOf(
  "subscription_changes t",
  [
    ["id", "int", "t.id"],
    ["user_id", "text", "p.user_id"],
    ["profile_id", "int", "t.profile_id", "t.profile_id::text"],
    ["channel", "text", CHANNEL_NAME],
    ["email_address", "text", "case t.message_type when 7 then t.address end"],
    ["mobile_number", "text", "case when t.message_type <> 7 then t.address end"],
    ["status", "flag", "t.status"],
    ["update_is_external", "flag", "t.is_external"],
    ["update_time", "time", "t.update_time"],
  ],
  {
    joins: [PROFILE_JOIN],
    narrowings: { user_id: byUserId("subscription_changes"), profile_id: byIdBucket },
  },
);
