/** A task as people see it. */
import { secondsOf, secondsOrNull } from "../../domain/unix-time.ts";
import type { TaskRow } from "../../store/tasks.ts";

/** In the order of their numbers. */
const STATES = ["queued", "running", "completed", "failed", "cancelled"] as const;

/** Times are unix seconds. */
export interface TaskView {
  readonly id: number;
  readonly identifier: string;
  /** Of the import that it runs, if it runs one. */
  readonly import_id: number | null;
  readonly status: (typeof STATES)[number];
  readonly progress: number;
  readonly total: number;
  readonly errors_count: number;
  readonly error: string | null;
  readonly create_time: number;
  readonly start_time: number | null;
  readonly finish_time: number | null;
}

/** @param imports those that tasks run, with the number of their task. */
export const viewTask = (task: TaskRow, imports: readonly { id: number; taskId: number }[]): TaskView => ({
  id: task.id,
  identifier: task.identifier,
  import_id: imports.find(({ taskId }) => taskId === task.id)?.id ?? null,
  status: STATES[task.state] ?? "failed",
  progress: task.progress,
  total: task.total,
  errors_count: task.errorsCount,
  error: task.error,
  create_time: secondsOf(task.createTime),
  start_time: secondsOrNull(task.startTime),
  finish_time: secondsOrNull(task.finishTime),
});
