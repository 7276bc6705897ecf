/** Who gets what from a pool, and what happens to members that have ended. */
import { expect, test } from "vitest";
import { Pool, type Pooled } from "./pool.ts";

class Member implements Pooled {
  isSpent = false;
  isClosed = false;
  readonly no: number;
  readonly #onSpent: () => void;

  constructor(no: number, onSpent: () => void) {
    this.no = no;
    this.#onSpent = onSpent;
  }

  spend(): void {
    this.isSpent = true;
    this.#onSpent();
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

function poolOf(max: number) {
  const members: Member[] = [];
  const pool = new Pool<Member>({
    max,
    open(onSpent) {
      const member = new Member(members.length, onSpent);
      members.push(member);
      return member;
    },
    endedError: () => new Error("ended"),
  });
  return { pool, members };
}

/** A use that lasts until it is let go. */
function hold(pool: Pool<Member>) {
  const gate = Promise.withResolvers<void>();
  const taken = Promise.withResolvers<Member>();
  const done = pool.use(async (member) => {
    taken.resolve(member);
    await gate.promise;
    return member.no;
  });
  return { taken: taken.promise, done, letGo: gate.resolve };
}

test("opens no more than it may, and hands on what comes back in the order of asking", async () => {
  const { pool, members } = poolOf(2);
  const held = [hold(pool), hold(pool), hold(pool), hold(pool)];
  await Promise.all([held[0]?.taken, held[1]?.taken]);
  expect(members).toHaveLength(2);
  held[1]?.letGo();
  expect((await held[2]?.taken)?.no).toBe(1);
  held[0]?.letGo();
  expect((await held[3]?.taken)?.no).toBe(0);
  held[2]?.letGo();
  held[3]?.letGo();
  await Promise.all(held.map((use) => use.done));
  expect(members).toHaveLength(2);
});

test("a member that ends idle is never handed out again", async () => {
  const { pool, members } = poolOf(2);
  await pool.use(async () => undefined);
  members[0]?.spend();
  expect(members[0]?.isClosed).toBe(true);
  expect(await pool.use(async (member) => member.no)).toBe(1);
});

test("a member that ends in use makes room for who waits", async () => {
  const { pool, members } = poolOf(1);
  const first = hold(pool);
  await first.taken;
  const second = hold(pool);
  members[0]?.spend();
  expect(members).toHaveLength(1);
  first.letGo();
  expect((await second.taken).no).toBe(1);
  second.letGo();
  await second.done;
  expect(members.map((member) => member.isClosed)).toEqual([true, false]);
});

test("the end lets finish what is under way and what waits, and refuses what comes later", async () => {
  const { pool, members } = poolOf(1);
  const first = hold(pool);
  const second = hold(pool);
  await first.taken;
  const ended = pool.end(Number.POSITIVE_INFINITY);
  await expect(pool.use(async () => 1)).rejects.toThrow("ended");
  first.letGo();
  second.letGo();
  expect(await Promise.all([first.done, second.done])).toEqual([0, 0]);
  await ended;
  expect(members[0]?.isClosed).toBe(true);
});

test("an end that is bounded does not wait for ever", async () => {
  const { pool, members } = poolOf(1);
  const first = hold(pool);
  const second = hold(pool);
  await first.taken;
  const refused = expect(second.done).rejects.toThrow("ended");
  await pool.end(10);
  await refused;
  expect(members[0]?.isClosed).toBe(true);
  first.letGo();
  await first.done;
});
