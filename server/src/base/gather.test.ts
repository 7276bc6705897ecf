import { expect, test } from "vitest";
import { gather } from "./gather.ts";

/** Work that goes on until the test ends it. */
function heldWork() {
  const batches: { questions: readonly number[]; end: PromiseWithResolvers<void> }[] = [];
  const work = async (questions: readonly number[]): Promise<number[]> => {
    const end = Promise.withResolvers<void>();
    batches.push({ questions, end });
    await end.promise;
    return questions.map((question) => question * 10);
  };
  const begun = (count: number) => expect.poll(() => batches.length).toBe(count);
  return { batches, work, begun };
}

test("what comes during work is answered together by the next, what comes in one turn by the first", async () => {
  const { batches, work, begun } = heldWork();
  const ask = gather({ work, maxTogether: 3, maxWaiting: 10 });
  const first = [ask("a", 1), ask("a", 2)];
  await begun(1);
  const next = [3, 4, 5, 6].map((n) => ask("a", n));
  batches[0]!.end.resolve();
  expect(await Promise.all(first)).toEqual([10, 20]);
  await begun(2);
  batches[1]!.end.resolve();
  await begun(3);
  batches[2]!.end.resolve();
  expect(await Promise.all(next)).toEqual([30, 40, 50, 60]);
  expect(batches.map(({ questions }) => questions)).toEqual([[1, 2], [3, 4, 5], [6]]);
});

test("keys do not wait for each other", async () => {
  const { batches, work, begun } = heldWork();
  const ask = gather({ work, maxTogether: 10, maxWaiting: 10 });
  const [slow, quick] = [ask("slow", 1), ask("quick", 2)];
  await begun(2);
  batches[1]!.end.resolve();
  expect(await quick).toBe(20);
  batches[0]!.end.resolve();
  expect(await slow).toBe(10);
});

test("failing work is told to those that it was for; the next goes on", async () => {
  let works = 0;
  const work = async (questions: readonly number[]): Promise<readonly number[]> => {
    works += 1;
    if (works === 1) throw new Error("the database is away");
    return questions;
  };
  const ask = gather({ work, maxTogether: 2, maxWaiting: 10 });
  const answers = await Promise.allSettled([1, 2, 3].map((n) => ask("a", n)));
  expect(answers.map(({ status }) => status)).toEqual(["rejected", "rejected", "fulfilled"]);
});

test("one too many is refused at once, and costs the others nothing", async () => {
  const { batches, work, begun } = heldWork();
  const ask = gather({ work, maxTogether: 10, maxWaiting: 2 });
  const first = ask("a", 1);
  await begun(1);
  const waiting = [ask("a", 2), ask("a", 3)];
  await expect(ask("a", 4)).rejects.toMatchObject({ code: "unavailable" });
  batches[0]!.end.resolve();
  await begun(2);
  batches[1]!.end.resolve();
  expect(await Promise.all([first, ...waiting])).toEqual([10, 20, 30]);
});
