/** Calls that a project has taken of its quota in the window under way. */
import type { Tx } from "./db.ts";

export interface TakenCalls {
  /** Of the newest window that anybody has begun. */
  readonly windowStartMs: number;
  /** All that was asked for in it, this call's included; more than the quota where it is used up. */
  readonly used: number;
}

/** Takes `count` calls of the window. The first of a new window ends the one before. */
export async function takeCalls(
  tx: Tx,
  projectId: number,
  { windowStartMs, count }: { windowStartMs: number; count: number },
): Promise<TakenCalls> {
  const [row] = await tx<{ start: Date; used: number }[]>`
    insert into request_quotas (project_id, window_start, used)
    values (${projectId}, ${new Date(windowStartMs)}, ${count})
    on conflict (project_id) do update set
      used = case when request_quotas.window_start < excluded.window_start then excluded.used
        else request_quotas.used + excluded.used end,
      window_start = greatest(request_quotas.window_start, excluded.window_start)
    returning window_start as start, used`;
  return { windowStartMs: row?.start.getTime() ?? windowStartMs, used: row?.used ?? count };
}
