import { afterAll, beforeAll, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../test/database.ts";
import { connect, type Sql } from "./db.ts";
import { bucketedId, bucketOfId, createIdBlocks } from "./id-blocks.ts";

let database: TestDatabase;
let sql: Sql;

beforeAll(async () => {
  database = await createTestDatabase();
  sql = connect({ url: database.url, role: "app", max: 2, name: "test" });
});
afterAll(async () => {
  await sql.end();
  await database.close();
});

test("takers at once, in two processes, never get the same number", async () => {
  const [one, two] = [createIdBlocks(sql), createIdBlocks(sql)];
  const counts = [1, 2_500, 3, 999, 1_001, 0, 7];
  const taken = await Promise.all(
    counts.flatMap((count) => [one.take("message_ids", count), two.take("message_ids", count)]),
  );
  expect(taken.map((numbers) => numbers.length)).toEqual(counts.flatMap((count) => [count, count]));
  const all = taken.flat();
  expect(new Set(all).size).toBe(all.length);
});

test("an id alone leads to its bucket", () => {
  for (const bucket of [0, 17, 63]) expect(bucketOfId(bucketedId(123_456_789, bucket))).toBe(bucket);
});
