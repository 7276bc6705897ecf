/**
 * Which project's work is next. Projects take turns within a lane; lanes share the hauls by their weights (smooth
 * weighted round robin), so a higher lane goes first and the lowest still gets its part. Kept in memory: it is a
 * hint that NOTIFY and the polling backstop fill, and the claim itself decides.
 */
import { ALL_LANES, LANE_WEIGHTS, type Lane } from "../domain/lane.ts";

export interface ReadyPick {
  readonly projectId: number;
  readonly lane: Lane;
  /** For `forget`: tells whether word of new work came in since. */
  readonly version: number;
}

export interface ReadyLanes {
  add(projectId: number, lane: Lane): void;
  /** The next pair that `may` allows, or null. The pair stays and goes to the end of its lane's turns. */
  pick(may: (projectId: number, lane: Lane) => boolean): ReadyPick | null;
  /** The claim found nothing: drops the pair, unless new work was announced after it was picked. */
  forget(pick: ReadyPick): void;
}

export function createReadyLanes(): ReadyLanes {
  const turns = new Map<Lane, Map<number, number>>(ALL_LANES.map((lane) => [lane, new Map()]));
  const credit = new Map<Lane, number>(ALL_LANES.map((lane) => [lane, 0]));
  let version = 0;

  function firstAllowed(lane: Lane, may: (projectId: number, lane: Lane) => boolean): number | undefined {
    for (const projectId of turns.get(lane)?.keys() ?? []) if (may(projectId, lane)) return projectId;
    return undefined;
  }

  function pick(may: (projectId: number, lane: Lane) => boolean): ReadyPick | null {
    let best: { lane: Lane; projectId: number; credit: number } | null = null;
    let weights = 0;
    for (const lane of ALL_LANES) {
      const projectId = firstAllowed(lane, may);
      if (projectId === undefined) continue;
      const earned = (credit.get(lane) ?? 0) + LANE_WEIGHTS[lane];
      weights += LANE_WEIGHTS[lane];
      credit.set(lane, earned);
      if (best === null || earned > best.credit) best = { lane, projectId, credit: earned };
    }
    if (best === null) return null;
    credit.set(best.lane, best.credit - weights);
    const projects = turns.get(best.lane);
    const seen = projects?.get(best.projectId) ?? 0;
    projects?.delete(best.projectId);
    projects?.set(best.projectId, seen);
    return { projectId: best.projectId, lane: best.lane, version: seen };
  }

  return {
    add(projectId, lane) {
      version += 1;
      turns.get(lane)?.set(projectId, version);
    },
    pick,
    forget({ projectId, lane, version: seen }) {
      const projects = turns.get(lane);
      if (projects?.get(projectId) === seen) projects.delete(projectId);
    },
  };
}
