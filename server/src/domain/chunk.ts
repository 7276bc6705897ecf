/**
 * How an execution's targets are cut into chunks and how a chunk stores them. The stored form is a JSON array of
 * arrays (a third smaller than objects): [no, key, params] for a first try, and
 * [no, key, params, [[messageId, type, tries, recipient], ...]] for messages that wait to be tried again; with null
 * in that place and [[type, recipient], ...] after it where only a part of the target is sent to.
 */
import type { MessageType } from "./channel.ts";

/** Largest chunk. At most about two of them make a haul. */
export const CHUNK_TARGETS = 500;

/**
 * From this size on chunks are cut along buckets, so that on a distributed database a chunk's work stays on one
 * node. Below it 64 tiny chunks would cost more than they give.
 */
const CUT_BY_BUCKET_FROM = 2048;

export type Params = Readonly<Record<string, unknown>>;

export interface RetriedMessage {
  readonly messageId: number;
  readonly type: MessageType;
  /** How often it was tried when it was put to wait: tells an untouched row from one that was taken up again. */
  readonly tries: number;
  readonly recipient: number;
}

export interface ChunkTarget {
  /** Its place in the execution, from 0. */
  readonly no: number;
  /** The identifier that the caller gave. */
  readonly key: string;
  readonly params: Params | null;
  /** null on the first try. */
  readonly retried: readonly RetriedMessage[] | null;
  /** Where not all of the target is sent to: only these channels and recipients of it (sending again what failed). */
  readonly only?: readonly OnlyThis[];
}

/** recipient: the profile's or device's id; 0 for all that the target leads to on this channel. */
export type OnlyThis = readonly [type: number, recipient: number];

type StoredRetry = readonly [number, MessageType, number, number];
type StoredTarget =
  | readonly [number, string, Params | null]
  | readonly [number, string, Params | null, readonly StoredRetry[]]
  | readonly [number, string, Params | null, null, readonly OnlyThis[]];

export function writeTargets(targets: readonly ChunkTarget[]): string {
  return JSON.stringify(
    targets.map((target): StoredTarget => {
      if (target.retried === null && target.only !== undefined)
        return [target.no, target.key, target.params, null, target.only];
      if (target.retried === null) return [target.no, target.key, target.params];
      const retried = target.retried.map((m): StoredRetry => [m.messageId, m.type, m.tries, m.recipient]);
      return [target.no, target.key, target.params, retried];
    }),
  );
}

export function readTargets(stored: string): ChunkTarget[] {
  return (JSON.parse(stored) as StoredTarget[]).map((entry) => ({
    no: entry[0],
    key: entry[1],
    params: entry[2],
    retried:
      entry[3]?.map(([messageId, type, tries, recipient]) => ({ messageId, type, tries, recipient })) ?? null,
    ...(entry[4] === undefined ? {} : { only: entry[4] }),
  }));
}

export interface ChunkCut {
  readonly bucket: number;
  readonly targets: readonly ChunkTarget[];
}

/**
 * Cuts numbered targets into chunks.
 * @param bucketOf the bucket of a target's profile, or null where the identifier does not tell it.
 */
export function cutIntoChunks(
  targets: readonly ChunkTarget[],
  bucketOf: (key: string) => number | null,
  fallbackBucket: number,
): ChunkCut[] {
  if (targets.length < CUT_BY_BUCKET_FROM) return slices(targets, fallbackBucket);
  const byBucket = Map.groupBy(targets, (target) => bucketOf(target.key) ?? fallbackBucket);
  return [...byBucket].flatMap(([bucket, group]) => slices(group, bucket));
}

function slices(targets: readonly ChunkTarget[], bucket: number): ChunkCut[] {
  const cuts: ChunkCut[] = [];
  for (let from = 0; from < targets.length; from += CHUNK_TARGETS) {
    cuts.push({ bucket, targets: targets.slice(from, from + CHUNK_TARGETS) });
  }
  return cuts;
}
