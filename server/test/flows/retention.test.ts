/** What has been kept for long enough goes, in small pages and project by project; everything else stays. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createSweeper } from "../../src/pipeline/sweeper.ts";
import { inProject, type Tx } from "../../src/store/db.ts";
import { deleteOldPage, firstCursor, type RetentionTable } from "../../src/store/retention.ts";
import { addPeople, launch, type Project, type Stack, smsCampaign, startStack, until } from "../stack.ts";

const DAY_MS = 86_400_000;
const KEPT = { webhookEvents: 30, sandboxMessages: 20, eventIds: 90, doneWork: 7 };

let stack: Stack;
let other: Project;

beforeAll(async () => {
  // Without a worker: one that is a minute old begins to sweep by itself, and what it deletes is not counted here.
  stack = await startStack({ workers: 0 });
  other = await stack.createProject();
});
afterAll(() => stack.stop());

const TABLES: readonly RetentionTable[] = [
  "webhook_events",
  "chunks",
  "sandbox_messages",
  "event_keys",
  "idempotency_keys",
];

async function count(table: string, projectId: number): Promise<number> {
  const [row] = await stack.owner.unsafe<{ n: number }[]>(
    `select count(*)::integer as n from ${table} where project_id = ${projectId}`,
  );
  return row?.n ?? 0;
}

const countAll = async (projectId: number): Promise<Record<string, number>> =>
  Object.fromEntries(
    await Promise.all(TABLES.map(async (table) => [table, await count(table, projectId)] as const)),
  );

/** One row of each table for each state that matters, `days` old. */
async function plant(projectId: number, days: number, firstId: number): Promise<void> {
  const at = new Date(Date.now() - days * DAY_MS);
  await inProject(stack.context.app, projectId, async (tx: Tx) => {
    for (const [i, state] of [0, 1, 2, 3].entries()) {
      const id = firstId + i;
      await tx`
        insert into webhook_events (project_id, bucket, id, connection_id, event, body, state, run_at, turn_at,
          create_time, end_time)
        values (${projectId}, ${id % 64}, ${id}, 1, 'sent', '{}', ${state}, ${at}, ${at}, ${at},
          ${state >= 2 ? at : null})`;
      // Not to be claimed: a lane that no worker knows.
      if (state < 3) {
        await tx`
          insert into chunks (project_id, bucket, id, execution_id, lane, state, run_at, target_count, targets)
          values (${projectId}, ${id % 64}, ${id}, 999999, 99, ${state}, ${at}, 1, '[]')`;
      }
    }
    await tx`
      insert into sandbox_messages (project_id, bucket, id, message_type, address, content, at)
      values (${projectId}, ${firstId % 64}, ${firstId}, 9, '', '{}', ${at})`;
    await tx`
      insert into event_keys (project_id, bucket, event_id, create_time)
      values (${projectId}, 3, ${`event ${days}`}, ${at})`;
    await tx`
      insert into idempotency_keys (project_id, method, key, fingerprint, answer, create_time, valid_until)
      values (${projectId}, 'm', ${`key ${days}`}, '\\x00', '{}', ${at}, ${new Date(at.getTime() + 30 * DAY_MS)})`;
  });
}

const sweeper = () => createSweeper({ context: stack.context, keptDays: KEPT, random: () => 0 });

test("what is old and has done its work goes, in each project by itself", async () => {
  await plant(stack.id, 100, 1_000);
  await plant(stack.id, 5, 2_000);
  await plant(other.id, 25, 3_000);
  expect(await sweeper().sweep()).toEqual({
    // Delivered and given up; those that wait or are on their way stay whatever their age.
    webhook_events: 2,
    chunks: 2,
    sandbox_messages: 2,
    event_keys: 1,
    idempotency_keys: 1,
  });
  expect(await countAll(stack.id)).toEqual({
    webhook_events: 6,
    chunks: 5,
    sandbox_messages: 1,
    event_keys: 1,
    idempotency_keys: 1,
  });
  expect(await countAll(other.id)).toEqual({
    webhook_events: 4,
    chunks: 2,
    sandbox_messages: 0,
    event_keys: 1,
    idempotency_keys: 1,
  });
  expect(Object.values(await sweeper().sweep())).toEqual([0, 0, 0, 0, 0]);
});

test.each(TABLES)("%s: pages meet every row once, also where a page deletes what it read", async (table) => {
  const project = await stack.createProject();
  for (let i = 0; i < 5; i += 1) await plant(project.id, 200 + i, 10_000 + i * 10);
  const before = await count(table, project.id);
  let after = firstCursor(table);
  let deleted = 0;
  let pages = 0;
  for (let more = true; more; pages += 1) {
    const request = { table, after, beforeMs: Date.now(), size: 3 };
    const page = await inProject(stack.context.app, project.id, (tx) =>
      deleteOldPage(tx, project.id, request),
    );
    deleted += page.deleted;
    more = page.next !== null;
    after = page.next ?? after;
  }
  expect(pages).toBeGreaterThanOrEqual(Math.floor(before / 3));
  const left = { webhook_events: 10, chunks: 10, sandbox_messages: 0, event_keys: 0, idempotency_keys: 0 };
  expect(await count(table, project.id)).toBe(left[table]);
  expect(deleted).toBe(before - left[table]);
});

test("what was sent is still told after its work list went", async () => {
  await stack.startWorker();
  const people = await addPeople(stack, 3, "kept");
  const id = await launch(stack, smsCampaign("Hello"));
  await stack.call("execute/campaign", { id, target_by: "user_id", target: people });
  const sent = () =>
    stack.owner<
      { n: number }[]
    >`select count(*)::integer as n from messages where campaign_id = ${id} and status in (2, 3)`;
  await until(sent, ([row]) => row?.n === 3);
  await until(
    () => stack.owner`select from chunks where project_id = ${stack.id} and state < 2 and lane < 99`,
    (rows) => rows.length === 0,
  );
  const context = {
    ...stack.context,
    clock: { ...stack.context.clock, now: () => Date.now() + (KEPT.doneWork + 1) * DAY_MS },
  };
  const before = await stack.call("info/campaign", { id });
  await createSweeper({ context, keptDays: KEPT, random: () => 0 }).sweep();
  const lists = await stack.owner`
    select from chunks c join executions e on e.project_id = c.project_id and e.id = c.execution_id
    where e.campaign_id = ${id}`;
  expect(lists).toHaveLength(0);
  expect((await sent())[0]?.n).toBe(3);
  expect((await stack.call("info/campaign", { id })).body).toEqual(before.body);
});
