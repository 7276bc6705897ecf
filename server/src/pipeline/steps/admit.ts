/**
 * Step 2: which messages come of the targets, and which of them may go. A target gives at least one draft for each
 * channel of its execution, so that every target is accounted for; what may not go ends here with its reason.
 */
import { type MessageType, reachesDevices } from "../../domain/channel.ts";
import type { SkipReason } from "../../domain/message.ts";
import type { Profile } from "../../domain/profile.ts";
import type { Gateway } from "../../gateways/gateway.ts";
import { bucketOfId } from "../../store/id-blocks.ts";
import type { Device } from "../../store/profiles.ts";
import type { Draft, DraftEnd, HeldTarget } from "../haul.ts";
import { type Recipient, type Resolved, recipientKey } from "./resolve.ts";
import { isSuppressed, type Suppressed } from "./suppressed.ts";
import { testAddress } from "./test-address.ts";

export interface Admission {
  readonly resolved: Resolved;
  readonly suppressed: Suppressed;
  readonly gatewayOf: (type: MessageType) => Gateway;
  readonly nowMs: number;
}

/** @returns the drafts of all targets; those that may not go carry their end. */
export function admit(targets: readonly HeldTarget[], admission: Admission): Draft[] {
  const seen = new Seen();
  return targets.flatMap((held) =>
    held.execution.channels.flatMap((type) => draftsOf(held, type as MessageType, { admission, seen })),
  );
}

/** Who has had their message in this haul; across hauls the unique key of the message table holds the same rule. */
class Seen {
  readonly #recipients = new Set<string>();
  readonly #addresses = new Set<string>();

  isTwin(held: HeldTarget, type: MessageType, recipient: number): boolean {
    return !add(this.#recipients, `${held.execution.id}:${type}:${recipient}`);
  }

  /** One address gets one message where an address was the target (decisions: email may be shared by profiles). */
  isSharedAddress(held: HeldTarget, type: MessageType, address: string): boolean {
    const { targetBy, id } = held.execution;
    if (targetBy !== "email" && targetBy !== "mobile_number") return false;
    return address !== "" && !add(this.#addresses, `${id}:${type}:${address.toLowerCase()}`);
  }
}

function add(set: Set<string>, key: string): boolean {
  const size = set.size;
  return set.add(key).size > size;
}

interface Scene {
  readonly admission: Admission;
  readonly seen: Seen;
}

function draftsOf(held: HeldTarget, type: MessageType, scene: Scene): Draft[] {
  const retried = held.retried?.filter((message) => message.type === type);
  if (retried !== undefined && retried.length === 0) return [];
  const only = onlyOf(held, type);
  if (only?.size === 0) return [];
  const named = scene.admission.resolved.recipients.get(recipientKey(held.execution.targetBy, held.key));
  const stranger = named === undefined ? testAddress(held) : null;
  const people = (named ?? []).filter(
    ({ profile }) => reachesDevices(type) || (only?.has(profile.id) ?? true),
  );
  if (people.length === 0 && stranger?.type !== type)
    return nobody(held, type, { reason: "unknown_target", profile: null, scene });
  const drafts =
    stranger?.type === type
      ? draftForStranger(held, type, { address: stranger.address, scene })
      : people.flatMap((person) => draftsForPerson(held, type, { person, scene }));
  if (retried === undefined) return drafts;
  return retried.flatMap((waiting) => {
    const draft = drafts.find((candidate) => candidate.recipient === waiting.recipient);
    if (draft === undefined) return goneSince(held, type, { waiting, scene });
    draft.messageId = waiting.messageId;
    draft.tries = waiting.tries;
    draft.state = "waiting";
    return [draft];
  });
}

/** A test to an address that no profile has: the message has a row, and nobody is made for it. */
function draftForStranger(
  held: HeldTarget,
  type: MessageType,
  { address, scene }: { address: string; scene: Scene },
): Draft[] {
  const draft = blank(held, type, { scene, profile: null, deviceId: null, address });
  draft.end = refusal(draft, scene);
  return [draft];
}

/** Which recipients of a channel are meant where not all are: none of them for an empty set; null for all. */
function onlyOf({ only }: HeldTarget, type: MessageType): ReadonlySet<number> | null {
  if (only === undefined) return null;
  const recipients = only.filter(([channel]) => channel === type).map(([, recipient]) => recipient);
  return recipients.includes(0) ? null : new Set(recipients);
}

function draftsForPerson(
  held: HeldTarget,
  type: MessageType,
  at: { person: Recipient; scene: Scene },
): Draft[] {
  const { person, scene } = at;
  if (!reachesDevices(type)) {
    const draft = blank(held, type, {
      scene,
      profile: person.profile,
      deviceId: null,
      address: addressOf(type, person.profile),
    });
    draft.end = refusal(draft, scene);
    return [withoutTwin(draft)];
  }
  const only = onlyOf(held, type);
  const devices = devicesFor(type, person, scene.admission.resolved).filter(
    ({ id }) => only?.has(id) ?? true,
  );
  if (devices.length === 0)
    return nobody(held, type, { reason: "no_address", profile: person.profile, scene });
  return devices.map((device) => {
    const draft = blank(held, type, {
      scene,
      profile: person.profile,
      deviceId: device.id,
      address: device.token,
    });
    draft.end =
      device.subscribed === 0 && !ignoresSubscription(draft) ? skip("unsubscribed") : refusal(draft, scene);
    return withoutTwin(draft);
  });
}

function devicesFor(type: MessageType, person: Recipient, resolved: Resolved): readonly Device[] {
  const devices = resolved.devices.get(person.profile.id) ?? [];
  return devices.filter(
    (d) => d.messageType === type && (person.deviceId === null || person.deviceId === d.id),
  );
}

/** A twin keeps its own row under its target's number, because the person's row is taken. */
const withoutTwin = (draft: Draft): Draft =>
  draft.end?.outcome === "skipped" && draft.end.reason === "duplicate"
    ? { ...draft, recipient: -(draft.held.no + 1) }
    : draft;

/** A window of no length (retry_for: 0) means one try and no more, however soon after the call it is. */
function isOver({ execution: { sendAt, expireAt }, retried }: Draft["held"], nowMs: number): boolean {
  if (expireAt === null || expireAt.getTime() >= nowMs) return false;
  return retried !== null || expireAt.getTime() > sendAt.getTime();
}

function refusal(draft: Draft, { admission, seen }: Scene): DraftEnd | null {
  const { held, type } = draft;
  const { execution } = held;
  if (execution.isStopped) return { outcome: "cancelled", reason: null, error: "The campaign was stopped." };
  if (isOver(held, admission.nowMs)) {
    return { outcome: "expired", reason: null, error: "The time to deliver it was over." };
  }
  const isTwin = held.retried === null && seen.isTwin(held, type, draft.recipient);
  if (isTwin || (held.retried === null && seen.isSharedAddress(held, type, draft.address)))
    return skip("duplicate");
  if (draft.address === "" && needsAddress(type)) return skip("no_address");
  // Before the subscription: it holds also where ignore_subscription sends to those who said no.
  if (isSuppressed(admission.suppressed, type, draft.address)) return skip("suppressed");
  return isUnsubscribed(draft) ? skip("unsubscribed") : null;
}

const skip = (reason: SkipReason): DraftEnd => ({ outcome: "skipped", reason, error: null });

const needsAddress = (type: MessageType): boolean => type !== 6 && type !== 8;

function addressOf(type: MessageType, profile: Profile): string {
  if (type === 7) return String(profile.system.email ?? "");
  if (type === 9) return String(profile.system.mobile_number ?? "");
  return "";
}

const ignoresSubscription = (draft: Draft): boolean =>
  draft.held.execution.campaign.ignoresSubscription(draft.type);

/** Only a recorded "no" stops a message: a person who gave an address in this very call has not said no. */
function isUnsubscribed(draft: Draft): boolean {
  const system = draft.profile?.system;
  const said =
    draft.type === 7 ? system?.email_subscription : draft.type === 9 ? system?.sms_subscription : 1;
  return said === 0 && !ignoresSubscription(draft);
}

interface Absence {
  readonly reason: SkipReason;
  readonly profile: Profile | null;
  readonly scene: Scene;
}

/** The row of a target that leads nowhere: it is counted under the target's number. */
function nobody(held: HeldTarget, type: MessageType, absence: Absence): Draft[] {
  const draft = blank(held, type, { ...absence, deviceId: null, address: "" });
  const end: DraftEnd = held.execution.isStopped
    ? { outcome: "cancelled", reason: null, error: "The campaign was stopped." }
    : skip(absence.reason);
  return [{ ...draft, recipient: -(held.no + 1), end }];
}

/** A message that waited for a retry while its person or device went away. */
function goneSince(
  held: HeldTarget,
  type: MessageType,
  at: { waiting: { messageId: number; tries: number; recipient: number }; scene: Scene },
): Draft[] {
  const [draft] = nobody(held, type, { reason: "unknown_target", profile: null, scene: at.scene });
  if (draft === undefined) return [];
  const { messageId, tries, recipient } = at.waiting;
  return [{ ...draft, messageId, tries, recipient, bucket: bucketOfId(messageId), state: "waiting" }];
}

interface Blank {
  readonly scene: Scene;
  readonly profile: Profile | null;
  readonly deviceId: number | null;
  readonly address: string;
}

function blank(held: HeldTarget, type: MessageType, given: Blank): Draft {
  const { profile, deviceId } = given;
  return {
    held,
    type,
    gateway: given.scene.admission.gatewayOf(type),
    profile,
    deviceId,
    recipient: deviceId ?? profile?.id ?? -(held.no + 1),
    address: given.address,
    bucket: profile?.bucket ?? held.chunk.bucket,
    messageId: 0,
    tries: 0,
    state: "new",
    isAmbiguous: false,
    content: null,
    end: null,
    outcome: null,
  };
}
