import fc from "fast-check";
import { expect, test } from "vitest";
import { CHUNK_TARGETS, type ChunkTarget, cutIntoChunks, readTargets, writeTargets } from "./chunk.ts";
import { bucketOf } from "./ids.ts";

const targets = (count: number): ChunkTarget[] =>
  Array.from({ length: count }, (_, no) => ({ no, key: `user-${no}`, params: null, retried: null }));

test("what is stored comes back, params with the order of their names", () => {
  const stored: ChunkTarget[] = [
    { no: 0, key: 'é"\\', params: { z: 1, a: { y: [1, null], b: "2" } }, retried: null },
    {
      no: 1,
      key: "7",
      params: null,
      retried: [{ messageId: 9_007_199_254_740_000, type: 7, tries: 2, recipient: -3 }],
    },
    {
      no: 2,
      key: "8",
      params: { a: 1 },
      retried: null,
      only: [
        [9, 640],
        [3, 0],
      ],
    },
  ];
  const back = readTargets(writeTargets(stored));
  expect(back).toEqual(stored);
  expect(Object.keys(back[0]?.params ?? {})).toEqual(["z", "a"]);
});

test("every target is in exactly one chunk of at most 500, large executions cut along buckets", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6_000 }), (count) => {
      const cuts = cutIntoChunks(targets(count), bucketOf, 5);
      const numbers = cuts.flatMap((cut) => cut.targets.map((target) => target.no)).sort((a, b) => a - b);
      expect(numbers).toEqual(targets(count).map((target) => target.no));
      for (const cut of cuts) {
        expect(cut.targets.length).toBeLessThanOrEqual(CHUNK_TARGETS);
        const isCutByBucket = count >= 2_048;
        if (isCutByBucket)
          expect(cut.targets.every((target) => bucketOf(target.key) === cut.bucket)).toBe(true);
        else expect(cut.bucket).toBe(5);
      }
    }),
    { numRuns: 30, seed: 20_240_229 },
  );
});

test("identifiers that do not tell a bucket stay in the order of the call", () => {
  const cuts = cutIntoChunks(targets(3_000), () => null, 9);
  expect(cuts.map((cut) => [cut.bucket, cut.targets.length])).toEqual(Array(6).fill([9, 500]));
});
