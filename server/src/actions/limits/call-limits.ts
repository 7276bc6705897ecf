/** A project's limits as this process knows them: read again every second while the project calls. */
import { type CallLimits, readCallLimits } from "../../domain/call-limits.ts";
import { inProject } from "../../store/db.ts";
import { findProject } from "../../store/projects.ts";
import type { Context } from "../context.ts";

/** Of one project. Rejects as its query does; the next call asks again. */
export type LimitsOf = (projectId: number) => Promise<CallLimits>;

const REMEMBER_MS = 1_000;
const MAX_REMEMBERED = 10_000;

export function createCallLimits(context: Context, defaultCallsPerSecond: number): LimitsOf {
  const remembered = new Map<number, { limits: Promise<CallLimits>; untilMs: number }>();

  async function read(projectId: number): Promise<CallLimits> {
    const project = await inProject(context.app, projectId, (tx) => findProject(tx, projectId));
    return readCallLimits(project?.settings ?? "{}", defaultCallsPerSecond);
  }

  return (projectId) => {
    const nowMs = context.clock.monotonicMs();
    const known = remembered.get(projectId);
    if (known !== undefined && known.untilMs > nowMs) return known.limits;
    const limits = read(projectId);
    // Who called before goes by what was known until the answer is there: a busy project never waits for it.
    const entry = { limits: known?.limits ?? limits, untilMs: nowMs + REMEMBER_MS };
    limits.then(
      () => {
        entry.limits = limits;
      },
      () => remembered.delete(projectId),
    );
    if (remembered.size >= MAX_REMEMBERED) remembered.clear();
    remembered.set(projectId, entry);
    return entry.limits;
  };
}
