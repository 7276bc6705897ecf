/** Work that an answer does not wait for, within this process. Nothing that must not be lost belongs here. */
import type { Context } from "../../actions/context.ts";

export interface Background {
  /** Begins the work; a failure is logged under `what`. */
  readonly run: (what: string, work: () => Promise<void>) => void;
  /** Waits for what is under way, but not for long. */
  readonly settle: () => Promise<void>;
}

const SETTLE_MS = 3_000;

export function createBackground({ clock, log }: Context): Background {
  const underWay = new Set<Promise<void>>();
  return {
    run(what, work) {
      const done = work()
        .catch((error: unknown) => log.error({ err: error }, `${what} failed`))
        .finally(() => underWay.delete(done));
      underWay.add(done);
    },
    async settle() {
      const isOver = new AbortController();
      await Promise.race([Promise.all(underWay), clock.sleep(SETTLE_MS, isOver.signal)]);
      isOver.abort();
    },
  };
}
