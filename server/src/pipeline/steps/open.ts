/**
 * Step 4: the rows. Everything that is about to be handed over stands in the message table first, as `sending`;
 * what ended before gets its final row at once. Rows that an earlier holder of the chunk left are recognised here.
 */
import { type Opened, openMessages } from "../../actions/messages/open-messages.ts";
import { STATUSES } from "../../domain/message.ts";
import { bucketedId } from "../../store/id-blocks.ts";
import type { ExistingMessage, NewMessage } from "../../store/messages.ts";
import type { HaulScene } from "../delivery.ts";
import type { Draft } from "../haul.ts";
import { eventsOf } from "./events.ts";
import { referenceOf } from "./render.ts";

/** @returns false when the haul was lost to another worker: nothing may be sent. */
export async function openSlice(scene: HaulScene, slice: readonly Draft[], day: string): Promise<boolean> {
  const fresh = slice.filter((draft) => draft.state === "new");
  const waiting = slice.filter((draft) => draft.state === "waiting");
  if (fresh.length === 0 && waiting.length === 0) return true;
  const opened = await write(scene, { day, fresh, waiting });
  if (opened === null) return false;
  const existing = new Map(opened.existing.map((row) => [uniqueKey(row), row]));
  const twins: Draft[] = [];
  for (const draft of fresh) {
    if (opened.written.has(draft.messageId)) markOpened(draft);
    else if (!takeOver(draft, existing.get(keyOf(draft)))) twins.push(draft);
  }
  for (const draft of waiting) resume(draft, opened.waiting.get(draft.messageId));
  return twins.length === 0 || (await openTwins(scene, { day, twins }));
}

/**
 * The person had this message through another target of the same execution, in another haul: the target is
 * accounted for under its own number.
 */
async function openTwins(scene: HaulScene, at: { day: string; twins: readonly Draft[] }): Promise<boolean> {
  for (const twin of at.twins) {
    twin.recipient = -(twin.held.no + 1);
    twin.end = { outcome: "skipped", reason: "duplicate", error: null };
  }
  const opened = await write(scene, { day: at.day, fresh: at.twins, waiting: [] });
  for (const twin of at.twins) twin.state = "settled";
  return opened !== null;
}

async function write(
  scene: HaulScene,
  rows: { day: string; fresh: readonly Draft[]; waiting: readonly Draft[] },
): Promise<Opened | null> {
  const { fresh, waiting, day } = rows;
  const numbers = await scene.context.ids.take("message_ids", fresh.length);
  fresh.forEach((draft, i) => {
    draft.messageId = bucketedId(numbers[i] ?? 0, draft.bucket);
  });
  const ended = fresh.flatMap((draft) =>
    draft.end === null ? [] : [{ draft, status: STATUSES[draft.end.outcome] }],
  );
  const opened = await openMessages(scene.context, {
    projectId: scene.haul.projectId,
    token: scene.haul.token,
    day,
    fresh: fresh.map(rowOf),
    waiting: waiting.map((draft) => ({
      bucket: draft.bucket,
      id: draft.messageId,
      tries: draft.tries,
      isEnding: draft.end !== null,
    })),
    events: await eventsOf(scene, ended),
  });
  scene.counters.count(ended.filter(({ draft }) => opened?.written.has(draft.messageId) ?? false));
  return opened;
}

const keyOf = (draft: Draft): string =>
  uniqueKey({ executionId: draft.held.execution.id, messageType: draft.type, recipient: draft.recipient });

const uniqueKey = (row: { executionId: number; messageType: number; recipient: number }): string =>
  `${row.executionId}:${row.messageType}:${row.recipient}`;

function markOpened(draft: Draft): void {
  draft.state = draft.end === null ? "open" : "settled";
  draft.tries = draft.end === null ? 1 : 0;
}

/**
 * The row was there. @returns false when it belongs to another target: the person has this message already.
 * Otherwise an earlier holder of the chunk wrote it: settled, or still `sending` and so ambiguous.
 */
function takeOver(draft: Draft, row: ExistingMessage | undefined): boolean {
  if (row === undefined || row.targetNo !== draft.held.no) return false;
  draft.messageId = row.id;
  draft.tries = row.tries;
  if (row.status === STATUSES.sending && row.tries === 1) takeUp(draft);
  else draft.state = "settled";
  return true;
}

/** A waiting row is untouched (opened now), being sent by a holder that died (ambiguous), or further on already. */
function resume(draft: Draft, row: { status: number; tries: number } | undefined): void {
  if (row?.status === STATUSES.queued && row.tries === draft.tries) {
    // One that ends stays as it is: settling writes its end.
    if (draft.end !== null) return;
    draft.state = "open";
    draft.tries += 1;
  } else if (row?.status === STATUSES.sending && row.tries === draft.tries + 1) {
    draft.tries += 1;
    takeUp(draft);
  } else {
    draft.state = "settled";
  }
}

/** Its holder died while it was on its way. What must not go any more (a stop, an opt-out) may have gone: unknown. */
function takeUp(draft: Draft): void {
  draft.isAmbiguous = true;
  if (draft.end === null) {
    draft.state = "open";
    return;
  }
  const error = "The worker stopped while the message was being handed over.";
  draft.end = { outcome: "unknown", reason: null, error };
  draft.state = "waiting";
}

function rowOf(draft: Draft): NewMessage {
  const { held, profile, end } = draft;
  return {
    id: draft.messageId,
    bucket: draft.bucket,
    executionId: held.execution.id,
    campaignId: held.execution.campaignId,
    version: held.execution.version,
    messageType: draft.type,
    status: end === null ? STATUSES.sending : STATUSES[end.outcome],
    tries: end === null ? 1 : 0,
    targetNo: held.no,
    recipient: draft.recipient,
    profileId: profile?.id ?? null,
    deviceId: draft.deviceId,
    userId: profile?.userId ?? null,
    target: held.key,
    address: draft.address === "" ? null : draft.address,
    externalMessageId: referenceOf(draft),
    reason: end?.reason ?? null,
    error: end?.error ?? null,
  };
}
