/** What every use case is given: built once by the composition root, never global. */
import type { Clock } from "../base/clock.ts";
import type { SealingKey } from "../base/crypto.ts";
import type { Log } from "../base/log.ts";
import type { Sql } from "../store/db.ts";
import type { IdBlocks } from "../store/id-blocks.ts";

export interface Context {
  /** Connections inside one project at a time, under row-level security. */
  readonly app: Sql;
  /** Connections that cross projects and see only what leads to them. */
  readonly dispatch: Sql;
  readonly ids: IdBlocks;
  readonly clock: Clock;
  readonly log: Log;
  /** The instance's key, under which secrets are kept. */
  readonly sealingKey: SealingKey;
  /** Marks the credentials that are made here; left out where the deployment names no region. */
  readonly region?: string | undefined;
}

/** UTC day of a moment, as the database writes dates. */
export const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
