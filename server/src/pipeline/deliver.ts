/**
 * A haul from claim to end, as a list of steps over one kind of record, the draft:
 *
 *   load ─▶ resolve ─▶ admit ─▶ render ─▶ then slice by slice: open ─▶ send ─▶ settle
 *
 * Every step may end a draft with a reason of the closed set. Message rows stand before anything is handed over,
 * every write names the claim token, and a slice is settled as soon as its answers are in.
 */
import { postponeHaul } from "../actions/messages/postpone-haul.ts";
import { settleSlice } from "../actions/messages/settle-messages.ts";
import { splitChunks } from "../actions/messages/split-chunks.ts";
import { isRetriable } from "../store/db.ts";
import type { Delivery, HaulScene } from "./delivery.ts";
import type { Draft, Haul } from "./haul.ts";
import { admit } from "./steps/admit.ts";
import { loadHaul } from "./steps/load.ts";
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
  const nowMs = delivery.context.clock.now();
  const drafts = admit(loaded.targets, { resolved: loaded.resolved, gatewayOf: delivery.gatewayOf, nowMs });
  const restUntilMs = delivery.breakers.restUntil(
    drafts.filter((d) => d.end === null).map((d) => d.gateway.name),
  );
  if (restUntilMs !== null) {
    await postponeHaul(delivery.context, haul, restUntilMs);
    return;
  }
  renderDrafts(drafts, { nowMs, defaultFrom: delivery.defaultFrom });
  const campaigns = new Set(loaded.targets.map((target) => target.execution.campaignId));
  const stopped = delivery.stops.watch(haul.projectId, campaigns);
  try {
    const scene = {
      ...delivery,
      haul,
      subscriptions: loaded.subscriptions,
      signal: AbortSignal.any([signal, stopped.signal]),
    };
    await runSlices(scene, drafts);
  } finally {
    stopped.end();
  }
}

async function runSlices(scene: HaulScene, drafts: readonly Draft[]): Promise<void> {
  const slices = sliceDrafts(drafts);
  if (slices.length === 0) slices.push([]);
  const waiting = slices.values();
  let unsettled = slices.length;
  let isLost = false;
  const runNext = async (): Promise<void> => {
    for (const slice of waiting) {
      if (isLost || scene.signal.aborted) return;
      const isHeld = await runSlice(scene, slice, () => {
        unsettled -= 1;
        return unsettled === 0;
      });
      if (!isHeld) isLost = true;
    }
  };
  await Promise.all(Array.from({ length: SLICES_AT_ONCE }, runNext));
  // A stop left slices unopened: the chunks go back, and who takes them next sees which rows are there.
  if (unsettled > 0 && !isLost) await postponeHaul(scene.context, scene.haul, scene.context.clock.now());
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
async function runSlice(
  scene: HaulScene,
  slice: readonly Draft[],
  countDown: () => boolean,
): Promise<boolean> {
  const day = slice[0]?.held.execution.day ?? "1970-01-01";
  const isOpen = slice.length === 0 || (await openSlice(scene, slice, day));
  if (!isOpen) return false;
  await sendSlice(scene, slice);
  const settlement = await settlementOf(slice, scene);
  const isLast = countDown();
  if (!isLast && settlement.isEmpty) return true;
  const { projectId, token, chunks } = scene.haul;
  return await settlePersistently(scene, { projectId, token, chunks, day, isLast, ...settlement });
}

/** What was sent must be written: a database that is away for a moment is waited for while the lease may hold. */
async function settlePersistently(
  scene: HaulScene,
  request: Parameters<typeof settleSlice>[1],
): Promise<boolean> {
  for (;;) {
    try {
      return await settleSlice(scene.context, request);
    } catch (error) {
      if (!isRetriable(error) || scene.haul.lost.signal.aborted) throw error;
      scene.context.log.warn({ err: error }, "settling failed, trying again");
      await scene.context.clock.sleep(200, scene.haul.lost.signal);
    }
  }
}
