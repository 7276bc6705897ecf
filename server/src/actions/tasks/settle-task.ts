/** Ends a task under its claim token. */
import { inProject } from "../../store/db.ts";
import { type ClaimedTask, settleTask } from "../../store/tasks.ts";
import type { Context } from "../context.ts";

const STATES = { completed: 2, failed: 3 } as const;

export async function settleTaskAs(
  context: Context,
  task: ClaimedTask,
  end: { state: keyof typeof STATES; error: string | null },
): Promise<void> {
  const { projectId, id, token } = task;
  const nowMs = context.clock.now();
  await inProject(context.app, projectId, (tx) =>
    settleTask(tx, projectId, { id, token, state: STATES[end.state], error: end.error, nowMs }),
  );
}
