/**
 * Channels as the wire knows them: a campaign's `messages` object is keyed by these message types
 * (evidence: campaign model; 4, 5, 10 and 11 belong to on-site and later channels and carry nothing here).
 */
export const MESSAGE_TYPES = [1, 2, 3, 6, 7, 8, 9] as const;
export type MessageType = (typeof MESSAGE_TYPES)[number];

/** Keys that the wire accepts and answers with but that have no channel here: always an empty message. */
export const EMPTY_MESSAGE_TYPES = [4, 10, 11] as const;

export type ChannelName = "ios_push" | "android_push" | "web_push" | "inbox" | "email" | "webhook" | "sms";

const NAMES: Readonly<Record<MessageType, ChannelName>> = {
  1: "ios_push",
  2: "android_push",
  3: "web_push",
  6: "inbox",
  7: "email",
  8: "webhook",
  9: "sms",
};

export const channelName = (type: MessageType): ChannelName => NAMES[type];

/** A type's number from its wire name; undefined for a name that is no channel. */
export function messageTypeOf(name: string): MessageType | undefined {
  return MESSAGE_TYPES.find((type) => NAMES[type] === name);
}

export const isMessageType = (value: number): value is MessageType =>
  (MESSAGE_TYPES as readonly number[]).includes(value);

/** Push types reach devices (one message a device); all others reach the profile. */
export const reachesDevices = (type: MessageType): boolean => type <= 3;

/** The wire name of a channel; `other` for one that a later version wrote. */
export const nameOfType = (type: number): string => (isMessageType(type) ? channelName(type) : "other");
