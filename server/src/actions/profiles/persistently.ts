/** One transaction about people, tried again when two of them met: deadlocks, serialisation, a restarting server. */
import { inProject, isRetriable, type Tx } from "../../store/db.ts";
import type { Context } from "../context.ts";

const TRIES = 5;

/** Runs `work` in one project until it commits. `work` may run several times, each time on a fresh transaction. */
export async function persistently<T>(
  context: Context,
  projectId: number,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await inProject(context.app, projectId, work);
    } catch (error) {
      if (attempt === TRIES || !isRetriable(error)) throw error;
      await context.clock.sleep(20 * attempt);
    }
  }
}
