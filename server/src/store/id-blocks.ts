/**
 * Ids for the large tables, reserved from a sequence in blocks, so that rows can be built in Node without a round
 * trip each. Gaps are normal: what a process had reserved when it died is never used.
 */
import type { Sql } from "./db.ts";

/** `increment by` of the sequences in the first migration. */
const BLOCK = 1000;

/** The low six bits of a bucketed id repeat its bucket: an id alone leads to its bucket. */
export const BUCKETS = 64;

export const bucketedId = (sequenceNo: number, bucket: number): number => sequenceNo * BUCKETS + bucket;
export const bucketOfId = (id: number): number => id % BUCKETS;

export type IdSequence =
  | "profile_ids"
  | "device_ids"
  | "execution_ids"
  | "chunk_ids"
  | "message_ids"
  | "webhook_event_ids"
  | "event_ids"
  | "list_item_ids"
  | "tag_hit_ids"
  | "subscription_change_ids";

export interface IdBlocks {
  /** `count` numbers of the sequence, ascending, never handed out before. */
  take(sequence: IdSequence, count: number): Promise<number[]>;
}

interface Block {
  next: number;
  end: number;
}

/** One per process; `sql` is the app's connection. */
export function createIdBlocks(sql: Sql): IdBlocks {
  const blocks = new Map<IdSequence, Block>();
  // Takers of one sequence wait for each other, or two would both see an empty block and reserve twice.
  const turns = new Map<IdSequence, Promise<unknown>>();

  function takeFrom(block: Block | undefined, count: number, into: number[]): void {
    while (block !== undefined && block.next < block.end && into.length < count) {
      into.push(block.next);
      block.next += 1;
    }
  }

  async function refill(sequence: IdSequence, missing: number, into: number[]): Promise<void> {
    const wanted = Math.ceil(missing / BLOCK);
    const target = into.length + missing;
    const rows = await sql<{ start: number }[]>`
      select nextval(${sequence}) as start from generate_series(1, ${wanted})`;
    for (const row of rows) {
      const block = { next: row.start, end: row.start + BLOCK };
      takeFrom(block, target, into);
      blocks.set(sequence, block);
    }
  }

  async function take(sequence: IdSequence, count: number): Promise<number[]> {
    const taken: number[] = [];
    takeFrom(blocks.get(sequence), count, taken);
    if (taken.length === count) return taken;
    const turn = (turns.get(sequence) ?? Promise.resolve()).then(async () => {
      takeFrom(blocks.get(sequence), count, taken);
      while (taken.length < count) await refill(sequence, count - taken.length, taken);
    });
    turns.set(
      sequence,
      turn.catch(() => undefined),
    );
    await turn;
    return taken;
  }

  return { take };
}
