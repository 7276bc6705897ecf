/** A row of the message log as the dashboard sees it. */
import { nameOfType } from "../../domain/channel.ts";
import { type Outcome, outcomeOf } from "../../domain/message.ts";
import { secondsOf, secondsOrNull } from "../../domain/unix-time.ts";
import type { LoggedMessage } from "../../store/message-log.ts";

/** Times are unix seconds. */
export interface MessageView {
  readonly id: number;
  readonly create_time: number;
  readonly campaign_id: number;
  readonly campaign_title: string | null;
  readonly execution_id: number;
  readonly message_type: number;
  readonly message_type_name: string;
  readonly user_id: string | null;
  readonly profile_id: number | null;
  readonly device_id: number | null;
  readonly target: string;
  readonly address: string | null;
  readonly status: number;
  readonly outcome: Outcome;
  readonly reason: string | null;
  readonly error: string | null;
  readonly tries: number;
  readonly external_message_id: string | null;
  readonly provider_id: string | null;
  readonly sent_time: number | null;
  readonly delivery_time: number | null;
  readonly open_time: number | null;
  readonly click_time: number | null;
}

export const viewMessage = (row: LoggedMessage): MessageView => ({
  id: row.id,
  create_time: secondsOf(row.createTime),
  campaign_id: row.campaignId,
  campaign_title: row.campaignTitle,
  execution_id: row.executionId,
  message_type: row.messageType,
  message_type_name: nameOfType(row.messageType),
  user_id: row.userId,
  profile_id: row.profileId,
  device_id: row.deviceId,
  target: row.target,
  address: row.address,
  status: row.status,
  outcome: outcomeOf(row.status),
  reason: row.reason,
  error: row.error,
  tries: row.tries,
  external_message_id: row.externalMessageId,
  provider_id: row.providerId,
  sent_time: secondsOrNull(row.sentTime),
  delivery_time: secondsOrNull(row.deliveryTime),
  open_time: secondsOrNull(row.openTime),
  click_time: secondsOrNull(row.clickTime),
});
