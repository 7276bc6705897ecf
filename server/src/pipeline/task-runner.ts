/**
 * Runs tasks one at a time: batches with the progress written in the batch's own transaction, so that a task that
 * was taken over goes on where the last batch ended.
 */
import type { Context } from "../actions/context.ts";
import { settleTaskAs } from "../actions/tasks/settle-task.ts";
import { inProject, isRetriable } from "../store/db.ts";
import { type ClaimedTask, claimTask, findTaskInput, TASK_CHANNEL } from "../store/tasks.ts";
import { TASK_KINDS } from "./task-kinds.ts";

export interface TaskRunner {
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface TaskRunnerOptions {
  readonly context: Context;
  readonly leaseSeconds: number;
}

const POLL_MS = 2_000;
/** A task that killed its worker this often is not tried again. */
const MAX_TRIES = 5;

export function createTaskRunner({ context, leaseSeconds }: TaskRunnerOptions): TaskRunner {
  const stopping = new AbortController();
  let wake = Promise.withResolvers<void>();
  let loop: Promise<void> = Promise.resolve();
  let unlisten: () => Promise<void> = async () => {};

  async function runOne(task: ClaimedTask): Promise<void> {
    if (task.tries > MAX_TRIES) {
      await settleTaskAs(context, task, {
        state: "failed",
        error: "Workers stopped again and again on this task.",
      });
      return;
    }
    const stored = await inProject(context.app, task.projectId, (tx) =>
      findTaskInput(tx, task.projectId, task.id),
    );
    if (stored === null) return;
    const run = TASK_KINDS[stored.identifier];
    if (run === undefined) throw new Error(`no worker here knows tasks of kind ${stored.identifier}`);
    const { progress } = stored;
    const input: unknown = JSON.parse(stored.input);
    await run({ context, task, input, progress, leaseSeconds, signal: stopping.signal });
  }

  async function next(): Promise<boolean> {
    const task = await claimTask(context.dispatch, leaseSeconds, context.clock.now());
    if (task === null) return false;
    await runOne(task).catch(async (error: unknown) => {
      // The database was away: the task goes on where its last batch ended, when its lease has ended.
      if (isRetriable(error))
        return context.log.warn({ err: error, task: task.id }, "a task was interrupted");
      context.log.error({ err: error, task: task.id }, "a task failed");
      await settleTaskAs(context, task, { state: "failed", error: "The task could not be finished." });
    });
    return true;
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      wake = Promise.withResolvers<void>();
      const didWork = await next().catch((error: unknown) => {
        context.log.warn({ err: error }, "claiming a task failed, trying again");
        return false;
      });
      if (didWork) continue;
      const pause = new AbortController();
      await Promise.race([
        wake.promise,
        context.clock.sleep(POLL_MS, AbortSignal.any([pause.signal, stopping.signal])),
      ]);
      pause.abort();
    }
  }

  return {
    async start() {
      const heard = await context.dispatch.listen(TASK_CHANNEL, () => wake.resolve());
      unlisten = () => heard.unlisten();
      loop = run();
    },
    async stop() {
      stopping.abort();
      wake.resolve();
      await loop;
      await unlisten().catch(() => {});
    },
  };
}
