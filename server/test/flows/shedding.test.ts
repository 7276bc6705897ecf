/** Overload and outage: what was taken on is kept, the rest hears 503 with Retry-After at once. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { addPeople, launch, type Stack, smsCampaign, startStack, until } from "../stack.ts";

let stack: Stack;
let campaign: number;
let people: string[];

beforeAll(async () => {
  stack = await startStack({ workers: 0 });
  people = await addPeople(stack, 1);
  campaign = await launch(stack, smsCampaign("Hi"));
});
afterAll(() => stack.stop());

/** Every statement about campaigns waits until the answer is called. */
async function stallDatabase(): Promise<() => Promise<unknown>> {
  const release = Promise.withResolvers<void>();
  const isHeld = Promise.withResolvers<void>();
  const holder = stack.owner.begin(async (tx) => {
    await tx`lock table campaigns in access exclusive mode`;
    isHeld.resolve();
    await release.promise;
  });
  await isHeld.promise;
  return () => {
    release.resolve();
    return holder;
  };
}

const execute = (n: number) =>
  stack.call("execute/campaign", { id: campaign, target_by: "user_id", target: people, params: { n } });

async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const startMs = performance.now();
  const result = await work();
  return { ms: performance.now() - startMs, result };
}

const executions = async (): Promise<number> => {
  const [row] = await stack.owner`select count(*)::integer as n from executions`;
  return Number(row?.n);
};

test("behind calls that have waited three seconds, a project's next ones are turned away; those are all kept", async () => {
  const before = await executions();
  const release = await stallDatabase();
  const taken = Array.from({ length: 6 }, (_, i) => execute(i));
  const refused = await until(
    () => timed(() => Promise.race([execute(99), new Promise((resolve) => setTimeout(resolve, 200, null))])),
    ({ result }) => result !== null,
  );
  expect(refused.ms).toBeLessThan(50);
  expect(refused.result).toMatchObject({ status: 503, body: { code: 503, success: false } });
  await release();
  expect((await Promise.all(taken)).map((answer) => answer.status)).toEqual(taken.map(() => 200));
  // The probes that were sent to find the moment were taken on as well.
  await until(executions, (count) => count >= before + taken.length);
  expect((await execute(100)).status).toBe(200);
});

test("when no connection comes free, calls are turned away before their body is read", async () => {
  const release = await stallDatabase();
  const reads = Array.from({ length: 12 }, (_, i) => stack.call("info/campaign", { id: i + 1 }));
  const garbage = (): Promise<Response> =>
    fetch(`${stack.url}/api/external/execute/campaign`, { method: "POST", body: "no body at all" });
  // Read, it would be a 400.
  const refused = await until(
    () => timed(garbage),
    ({ result }) => result.status === 503,
  );
  expect(refused.ms).toBeLessThan(50);
  expect(refused.result.headers.get("retry-after")).toBe("2");
  // Whoever looks after the instance is let in.
  expect((await fetch(`${stack.url}/reference`)).status).toBe(200);
  await release();
  expect((await Promise.all(reads)).every((answer) => answer.status === 200 || answer.status === 404)).toBe(
    true,
  );
  await until(garbage, (answer) => answer.status === 400);
});
