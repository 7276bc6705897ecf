/**
 * A process that hangs inside a transaction keeps its locks: its sessions are ended, its work goes on elsewhere, and
 * what it wants to write when it goes on is refused. The one that hangs is played by sessions whose client stays away.
 */
import postgres from "postgres";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { settleSlice } from "../../src/actions/messages/settle-messages.ts";
import { createLog } from "../../src/base/log.ts";
import { LANES } from "../../src/domain/lane.ts";
import { Worker } from "../../src/pipeline/worker.ts";
import { claimChunks, renewLeases } from "../../src/store/chunks.ts";
import { addPeople, launch, type Stack, smsCampaign, startStack, until } from "../stack.ts";

const LEASE_SECONDS = 5;
const PEOPLE = 20;

let stack: Stack;
let campaign: number;
let people: string[];
const clients: postgres.Sql[] = [];

beforeAll(async () => {
  stack = await startStack({ workers: 0, env: { LEASE_SECONDS: String(LEASE_SECONDS) } });
  people = await addPeople(stack, PEOPLE);
  campaign = await launch(stack, smsCampaign("Hello"));
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.end({ timeout: 0 })));
});
afterAll(() => stack.stop());

/** @returns the claim token of a worker that goes away right after claiming. */
async function claimAll(): Promise<number> {
  const answer = await stack.call("execute/campaign", { id: campaign, target_by: "user_id", target: people });
  expect(answer.status).toBe(200);
  const claims = await Promise.all(
    Object.values(LANES).map((lane) =>
      claimChunks(stack.context.dispatch, {
        projectId: stack.id,
        lane,
        worker: "hanging",
        leaseSeconds: LEASE_SECONDS,
        maxTargets: 1_000,
        nowMs: stack.context.clock.now(),
      }),
    ),
  );
  const held = claims.filter((claim) => claim !== null);
  expect(held).toHaveLength(1);
  return held[0]?.token ?? 0;
}

type Place = "between two statements" | "within a statement";

/** Locks the haul as its worker does, and stays away: between two statements, or in the middle of one. */
async function hang(token: number, place: Place, name: string): Promise<void> {
  const client = postgres(stack.databaseUrl, {
    max: 1,
    onnotice: () => {},
    connection: { application_name: name },
  });
  clients.push(client);
  const locked = Promise.withResolvers<void>();
  const never = new Promise<never>(() => {});
  const transaction = client.begin(async (tx) => {
    await tx`select token from hauls where token = ${token} for share`;
    if (place === "within a statement") {
      // A portal of which the first row was fetched: the server waits for the next message of the same statement.
      // Its end must not reach the driver, which would write a rollback to the closed connection.
      await tx`select n from generate_series(1, 10) as n`
        .cursor(1, () => {
          locked.resolve();
          return never;
        })
        .catch(() => never);
    }
    locked.resolve();
    await never;
  });
  transaction.catch(() => undefined);
  await locked.promise;
}

const statesOf = async (name: string): Promise<string[]> => {
  const rows = await stack.owner<{ state: string }[]>`
    select state from pg_stat_activity where application_name = ${name} and wait_event_type = 'Client'`;
  return rows.map((row) => row.state);
};

const countSent = async (): Promise<number> => {
  const [row] = await stack.owner<{ n: number }[]>`
    select count(*)::integer as n from messages where status in (2, 3)`;
  return row?.n ?? 0;
};

test.each([
  ["between two statements", "idle in transaction"],
  ["within a statement", "active"],
] as const)("%s: others do the work, the one that comes back writes nothing", async (place, state) => {
  const before = await countSent();
  const token = await claimAll();
  await hang(token, place, "carillon hanging");
  // The row reaches the client a moment before its server process begins to wait.
  await until(
    () => statesOf("carillon hanging"),
    (states) => states.length === 1 && states[0] === state,
  );
  const worker = await stack.startWorker();
  try {
    // The lease and two rounds of the sweep, and time for a loaded machine; left to itself the session goes on for ever.
    await until(countSent, (sent) => sent === before + PEOPLE, 50_000);
  } finally {
    await worker.stop();
  }
  expect(await statesOf("carillon hanging")).toEqual([]);
  const { context, id: projectId } = stack;
  expect(await renewLeases(context.dispatch, [token], LEASE_SECONDS)).toEqual([]);
  const nothing = { ends: [], attempts: [], retryChunks: [], events: [], sentOnce: [] };
  const day = new Date(context.clock.now()).toISOString().slice(0, 10);
  for (const endsHaul of [true, false]) {
    expect(await settleSlice(context, { projectId, token, day, endsHaul, ...nothing })).toBe(false);
  }
});

test("sessions of other programs are left alone, and so are ours that do not wait for their client", async () => {
  const token = await claimAll();
  await hang(token, "between two statements", "a person at psql");
  const busy = stack.context.app.begin((tx) => tx`select pg_sleep(9)`);
  const seenBusy = expect(busy).resolves.toHaveLength(1);
  const worker = await stack.startWorker();
  await seenBusy;
  expect(await statesOf("a person at psql")).toEqual(["idle in transaction"]);
  await worker.stop();
});

test("a worker whose lost haul does not come back says so", async () => {
  const answer = await stack.call("execute/campaign", { id: campaign, target_by: "user_id", target: people });
  expect(answer.status).toBe(200);
  const gate = Promise.withResolvers<void>();
  const taken = Promise.withResolvers<number>();
  const stuck = Promise.withResolvers<string>();
  // A minute of patience in three seconds: no query of a loaded machine takes as long, and a heartbeat may hang, too.
  const { clock } = stack.context;
  const quick = { ...clock, sleep: (ms: number, signal?: AbortSignal) => clock.sleep(ms / 20, signal) };
  const worker = new Worker({
    context: { ...stack.context, clock: quick, log: createLog({ level: "silent", name: "test" }) },
    name: "deaf",
    leaseSeconds: LEASE_SECONDS,
    slots: 1,
    maxTargets: 1_000,
    runHaul: (haul) => {
      taken.resolve(haul.token);
      return gate.promise;
    },
    onCampaignStopped: () => {},
    onStuck: stuck.resolve,
  });
  await worker.start();
  const token = await taken.promise;
  const early = await Promise.race([stuck.promise, clock.sleep(4_000).then(() => "patient")]);
  expect(early).toBe("patient");
  await stack.owner`delete from hauls where token = ${token}`;
  expect(await stuck.promise).toBe(`lost haul ${token}`);
  gate.resolve();
  await worker.stop();
});

test("only the dispatcher may end sessions", async () => {
  await expect(stack.context.app`select end_hanging_sessions(60)`).rejects.toMatchObject({ code: "42501" });
});
