/**
 * A haul from claim to end, as a list of steps over one kind of record, the draft:
 *
 *   load ─▶ resolve ─▶ admit ─▶ then slice by slice: render ─▶ open ─▶ send ─▶ settle
 *
 * Every step may end a draft with a reason of the closed set. Message rows stand before anything is handed over,
 * every write names the claim token, and a slice is settled as soon as its answers are in.
 */
import { finishHaul } from "../actions/messages/finish-haul.ts";
import { giveBack } from "../actions/messages/release-haul.ts";
import { settleSlice } from "../actions/messages/settle-messages.ts";
import { splitChunks } from "../actions/messages/split-chunks.ts";
import { isRetriable } from "../store/db.ts";
import { breakerOf } from "./breaker.ts";
import type { Delivery, HaulScene } from "./delivery.ts";
import type { HaulGateways } from "./gateway-source.ts";
import type { Draft, Haul, HeldTarget } from "./haul.ts";
import { admit } from "./steps/admit.ts";
import { type LoadedHaul, loadHaul } from "./steps/load.ts";
import { openSlice } from "./steps/open.ts";
import { renderDrafts } from "./steps/render.ts";
import { sendSlice } from "./steps/send.ts";
import { settlementOf } from "./steps/settle.ts";

/**
 * Slices. A crash repeats at most what was in flight and the slice that was not settled yet, so a dumb gateway gets
 * small ones (64); a keyed one drops the twins itself and gets 500.
 */
const SLICE = { dumb: 64, queryable: 64, keyed: 500 } as const;
/** Slices of one haul under way at once: the gateway stays busy while the database settles the one before. */
const SLICES_AT_ONCE = 2;

export async function runHaul(delivery: Delivery, haul: Haul, signal: AbortSignal): Promise<void> {
  if (await splitChunks(delivery.context, haul)) return;
  const loaded = await loadHaul(delivery.context, delivery.cache, haul);
  const gateways = delivery.gateways.forHaul(haul.projectId, loaded.gateways);
  try {
    await deliver(delivery, { haul, loaded, gateways, signal });
  } finally {
    gateways.release();
  }
}

interface Started {
  readonly haul: Haul;
  readonly loaded: LoadedHaul;
  readonly gateways: HaulGateways;
  readonly signal: AbortSignal;
}

async function deliver(delivery: Delivery, { haul, loaded, gateways, signal }: Started): Promise<void> {
  const nowMs = delivery.context.clock.now();
  const { resolved, suppressed } = loaded;
  const drafts = admit(loaded.targets, { resolved, suppressed, gatewayOf: gateways.forType, nowMs });
  const restUntilMs = delivery.breakers.restUntil(
    drafts.filter((d) => d.end === null).map((d) => breakerOf(d.gateway)),
  );
  if (restUntilMs !== null) {
    await giveBack(delivery.context, haul, { runAtMs: restUntilMs, countsAsTry: false });
    return;
  }
  const campaigns = new Set(loaded.targets.map((target) => target.execution.campaignId));
  const stopped = delivery.stops.watch(haul.projectId, campaigns);
  try {
    const scene = {
      ...delivery,
      haul,
      subscriptions: loaded.subscriptions,
      sentOnce: sentOnce(loaded.targets),
      signal: AbortSignal.any([signal, stopped.signal]),
    };
    await runSlices(scene, drafts);
  } finally {
    stopped.end();
  }
}

/**
 * Slices side by side; the haul ends after the last of them is settled, in a transaction of its own. It must not
 * end with a slice whose neighbour is still settling: that one would find the haul gone and lose its outcomes.
 */
async function runSlices(scene: HaulScene, drafts: readonly Draft[]): Promise<void> {
  const slices = sliceDrafts(drafts);
  const isOnlySlice = slices.length === 1;
  const waiting = slices.values();
  let settled = 0;
  let isLost = false;
  const runNext = async (): Promise<void> => {
    for (const slice of waiting) {
      if (isLost || scene.signal.aborted) return;
      if (await runSlice(scene, slice, isOnlySlice)) settled += 1;
      else isLost = true;
    }
  };
  await Promise.all(Array.from({ length: SLICES_AT_ONCE }, runNext));
  if (isLost || (isOnlySlice && settled === 1)) return;
  if (settled === slices.length) await persistently(scene, () => finishHaul(scene.context, finished(scene)));
  // A stop left slices unopened: the chunks go back, and who takes them next sees which rows are there.
  else await giveBack(scene.context, scene.haul, { runAtMs: scene.context.clock.now(), countsAsTry: false });
}

const finished = ({ haul, sentOnce }: HaulScene) => ({
  projectId: haul.projectId,
  token: haul.token,
  sentOnce,
});

/** Campaigns that are over with their send; those of the API go on waiting for calls. */
function sentOnce(targets: readonly HeldTarget[]): number[] {
  const ids = targets.flatMap(({ execution }) =>
    execution.campaignTrigger === 0 ? [execution.campaignId] : [],
  );
  return [...new Set(ids)];
}

/** One day, one gateway and one size a slice; what ends without a send goes in large slices of its own. */
export function sliceDrafts(drafts: readonly Draft[]): Draft[][] {
  const groups = Map.groupBy(drafts, (draft) =>
    draft.end === null ? `${draft.held.execution.day} ${draft.gateway.name}` : draft.held.execution.day,
  );
  return [...groups.values()].flatMap((group) => {
    const size = group[0]?.end === null ? SLICE[group[0].gateway.ability] : SLICE.keyed;
    return Array.from({ length: Math.ceil(group.length / size) }, (_, i) =>
      group.slice(i * size, (i + 1) * size),
    );
  });
}

/** @returns false when the haul was lost to another worker. */
async function runSlice(scene: HaulScene, slice: readonly Draft[], isOnlySlice: boolean): Promise<boolean> {
  const day = slice[0]?.held.execution.day ?? "";
  // Slice by slice: rendering a whole haul at once would hold up the process while the gateway has nothing to do.
  renderDrafts(slice, { nowMs: scene.context.clock.now(), defaultFrom: scene.defaultFrom });
  if (!(await openSlice(scene, slice, day))) return false;
  await sendSlice(scene, slice);
  const { verdicts, isEmpty, ...settlement } = await settlementOf(slice, scene);
  if (isEmpty && !isOnlySlice) return true;
  const { projectId, token } = scene.haul;
  const request = { projectId, token, day, endsHaul: isOnlySlice, sentOnce: scene.sentOnce, ...settlement };
  const isHeld = await persistently(scene, () => settleSlice(scene.context, request));
  if (isHeld) scene.counters.count(verdicts);
  return isHeld;
}

/** What was sent must be written: a database that is away for a moment is waited for while the lease may hold. */
async function persistently(scene: HaulScene, write: () => Promise<boolean>): Promise<boolean> {
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (!isRetriable(error) || scene.haul.lost.signal.aborted) throw error;
      scene.context.log.warn({ err: error }, "settling failed, trying again");
      await scene.context.clock.sleep(200, scene.haul.lost.signal);
    }
  }
}
