/** Ends a task under its claim token. */
import { inProject } from "../../store/db.ts";
import { type ClaimedTask, settleTask } from "../../store/tasks.ts";
import type { Context } from "../context.ts";

export const TASK_STATES = { completed: 2, failed: 3, cancelled: 4 } as const;

export async function settleTaskAs(
  context: Context,
  task: ClaimedTask,
  end: { state: keyof typeof TASK_STATES; error: string | null },
): Promise<void> {
  const { projectId, id, token } = task;
  const nowMs = context.clock.now();
  await inProject(context.app, projectId, (tx) =>
    settleTask(tx, projectId, { id, token, state: TASK_STATES[end.state], error: end.error, nowMs }),
  );
}
