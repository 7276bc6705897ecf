/**
 * What the client sends: executions of 1 to 500 targets up to a total, on the channels of the run. Every target
 * carries a mark of its own that comes out again in the message, so that a receipt leads back to its call whatever
 * the database says.
 */
import { createHash } from "node:crypto";
import type { Random } from "./random.ts";

/** sms goes to the HTTP provider, which drops twins by their key; email to an SMTP server, which takes everything. */
export type Channel = "sms" | "email";

export interface PlannedCall {
  readonly no: number;
  /** Idempotency-Key, and the execution's external_message_id. */
  readonly key: string;
  readonly channel: Channel;
  readonly userIds: readonly string[];
}

export const PEOPLE = 1_000;
export const personId = (n: number): string => `chaos-${n}`;
export const markOf = (call: PlannedCall, index: number): string => `${call.key}.${index}`;

/** The key of the call that a mark belongs to, and the target's place in it. */
export function readMark(mark: string): { key: string; index: number } | null {
  const dot = mark.lastIndexOf(".");
  const index = Number(mark.slice(dot + 1));
  return dot > 0 && Number.isInteger(index) ? { key: mark.slice(0, dot), index } : null;
}

/**
 * Two calls in five have one target, two have up to 50 (the transactional lane), one up to 500.
 * @param targets of all calls together.
 */
export function planCalls(
  random: Random,
  run: { name: string; targets: number; channels: readonly Channel[] },
): PlannedCall[] {
  const calls: PlannedCall[] = [];
  let left = run.targets;
  while (left > 0) {
    const size = Math.min(left, sizeOf(random));
    const start = random.whole(0, PEOPLE - 1);
    const no = calls.length;
    calls.push({
      no,
      key: `${run.name}-${no}`,
      channel: run.channels[random.whole(0, run.channels.length - 1)] ?? "sms",
      userIds: Array.from({ length: size }, (_, i) => personId((start + i) % PEOPLE)),
    });
    left -= size;
  }
  return calls;
}

function sizeOf(random: Random): number {
  const kind = random.next();
  if (kind < 0.4) return 1;
  return kind < 0.8 ? random.whole(2, 50) : random.whole(51, 500);
}

/** The body of execute/campaign. */
export function bodyOf(call: PlannedCall, ids: { apptoken: string; campaignId: number }): string {
  const targets = call.userIds.map((userId, i) => [userId, { mark: markOf(call, i) }]);
  return JSON.stringify({
    apptoken: ids.apptoken,
    id: ids.campaignId,
    target_by: "user_id",
    params: { external_message_id: call.key },
    target_with_params: Object.fromEntries(targets),
  });
}

export const hashOf = (body: string): string => createHash("sha256").update(body).digest("hex").slice(0, 16);

/** Templates that hold nothing but the mark. */
export const CAMPAIGNS: Readonly<Record<Channel, object>> = {
  sms: {
    title: "Chaos SMS",
    trigger: 3,
    active: 1,
    sms: 1,
    messages: { "9": { sms_from: "Carillon", sms_text: "{{ mark }}" } },
  },
  email: {
    title: "Chaos email",
    trigger: 3,
    active: 1,
    email: 1,
    messages: {
      "7": { email_from: "news@example.org", email_subject: "{{ mark }}", email_html: "<p>{{ mark }}</p>" },
    },
  },
};

/** The body of import/profile for everybody who is written to. */
export const peopleBody = (): object => ({
  columns: ["user_id", "email", "email_subscription", "mobile_number", "sms_subscription"],
  rows: Array.from({ length: PEOPLE }, (_, n) => [
    personId(n),
    `${personId(n)}@example.org`,
    1,
    String(353_850_000_000 + n),
    1,
  ]),
  async: false,
});
