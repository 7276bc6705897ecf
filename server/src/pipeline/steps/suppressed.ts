/**
 * Which addresses of a haul's people are suppressed: one query, in the transaction that loaded them. Never from a
 * replica: what a caller was told is in force must be seen by the next haul.
 */
import type { MessageType } from "../../domain/channel.ts";
import { bucketOf } from "../../domain/ids.ts";
import { suppressionKey } from "../../domain/suppression.ts";
import type { Db } from "../../store/db.ts";
import { listSuppressed, type SuppressionKey } from "../../store/suppressions.ts";
import type { Resolved } from "./resolve.ts";

/** `${message type}:${address in its matching form}` of those that must not be sent to. */
export type Suppressed = ReadonlySet<string>;

export const isSuppressed = (suppressed: Suppressed, type: MessageType, address: string): boolean =>
  suppressed.size > 0 && suppressed.has(`${type}:${suppressionKey(type, address)}`);

/** @param channels the message types that the haul's executions send by. */
export async function findSuppressed(
  db: Db,
  projectId: number,
  asked: {
    resolved: Pick<Resolved, "recipients" | "devices">;
    channels: ReadonlySet<number>;
    /** Of nobody whom the project knows. */
    addresses: readonly { type: MessageType; address: string }[];
  },
): Promise<Suppressed> {
  const keys = new Map<string, SuppressionKey>();
  const ask = (messageType: MessageType, address: unknown): void => {
    if (typeof address !== "string" || !asked.channels.has(messageType)) return;
    const key = suppressionKey(messageType, address);
    keys.set(`${messageType}:${key}`, { messageType, key, bucket: bucketOf(key) });
  };
  for (const { type, address } of asked.addresses) ask(type, address);
  for (const people of asked.resolved.recipients.values()) {
    for (const { profile } of people) {
      ask(7, profile.system.email);
      ask(9, profile.system.mobile_number);
    }
  }
  for (const devices of asked.resolved.devices.values()) {
    for (const device of devices) ask(device.messageType as MessageType, device.token);
  }
  const found = await listSuppressed(db, projectId, [...keys.values()]);
  return new Set(found.map(({ messageType, key }) => `${messageType}:${key}`));
}
