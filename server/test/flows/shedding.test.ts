/** Overload and outage: what was taken on is kept, the rest hears 503 with Retry-After at once. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Answered, addPeople, launch, type Stack, smsCampaign, startStack, until } from "../stack.ts";

let stack: Stack;
let campaign: number;
let people: string[];

beforeAll(async () => {
  stack = await startStack({ workers: 0 });
  people = await addPeople(stack, 1);
  campaign = await launch(stack, smsCampaign("Hi"));
});
afterAll(() => stack.stop());

/**
 * Runs `work` while every statement about campaigns waits: whatever is answered meanwhile did not wait for the
 * database. How fast that is under load is measured by the overload battery, not here.
 */
async function whileStalled<T>(work: () => Promise<T>): Promise<T> {
  const release = Promise.withResolvers<void>();
  const isHeld = Promise.withResolvers<void>();
  const holder = stack.owner.begin(async (tx) => {
    await tx`lock table campaigns in access exclusive mode`;
    isHeld.resolve();
    await release.promise;
  });
  try {
    await isHeld.promise;
    return await work();
  } finally {
    release.resolve();
    await holder;
  }
}

const execute = (n: number) =>
  stack.call("execute/campaign", { id: campaign, target_by: "user_id", target: people, params: { n } });

const executions = async (): Promise<number> => {
  const [row] = await stack.owner`select count(*)::integer as n from executions`;
  return Number(row?.n);
};

test("behind calls that have waited three seconds, a project's next ones are turned away; those are all kept", async () => {
  const before = await executions();
  const taken = await whileStalled(async () => {
    const waiting = Array.from({ length: 6 }, (_, i) => execute(i));
    // Whatever is answered while the campaigns are locked is a refusal, of whichever probe and however late.
    const answered: Answered[] = [];
    const probe = async (): Promise<void> => void answered.push(await execute(99));
    const [refused] = await until(
      async () => {
        void probe();
        await new Promise((resolve) => setTimeout(resolve, 200));
        return answered;
      },
      ({ length }) => length > 0,
    );
    expect(refused).toMatchObject({ status: 503, body: { code: 503, success: false } });
    return { waiting };
  });
  const answers = await Promise.all(taken.waiting);
  expect(answers.map((answer) => answer.status)).toEqual(answers.map(() => 200));
  // The probes that were sent to find the moment were taken on as well.
  await until(executions, (count) => count >= before + answers.length);
  await until(
    () => execute(100),
    (answer) => answer.status === 200,
  );
});

test("when no connection comes free, calls are turned away before their body is read", async () => {
  const garbage = (): Promise<Response> =>
    fetch(`${stack.url}/api/external/execute/campaign`, { method: "POST", body: "no body at all" });
  const { reads } = await whileStalled(async () => {
    const waiting = Array.from({ length: 12 }, (_, i) => stack.call("info/campaign", { id: i + 1 }));
    // Read, it would be a 400.
    const refused = await until(garbage, (answer) => answer.status === 503);
    expect(refused.headers.get("retry-after")).toBe("2");
    // Whoever looks after the instance is let in.
    expect((await fetch(`${stack.url}/reference`)).status).toBe(200);
    return { reads: waiting };
  });
  const statuses = (await Promise.all(reads)).map((answer) => answer.status);
  expect(statuses.every((status) => status === 200 || status === 404)).toBe(true);
  await until(garbage, (answer) => answer.status === 400);
});
