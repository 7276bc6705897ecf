/**
 * Calls without a key (reliability: A3). Whose answer was lost and who asks again gets the first execution; whose
 * answer arrived and who asks again means it.
 */
import { request } from "node:http";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type ApiRole, createApi } from "../../src/app.ts";
import { type Clock, systemClock } from "../../src/base/clock.ts";
import { startApiProcess } from "../api-process.ts";
import { createRandom } from "../chaos/random.ts";
import { type Cut, type CuttingProxy, startCuttingProxy } from "../cutting-proxy.ts";
import { addPeople, launch, type Stack, smsCampaign, startStack, until } from "../stack.ts";

let stack: Stack;
let second: ApiRole;
/** While it is set, the clock stands still. */
let heldMs: number | null = null;
const clock: Clock = { ...systemClock, now: () => heldMs ?? systemClock.now() };
let campaign: number;
let people: string[];
let proxy: CuttingProxy;
/** Asked for each connection through the proxy. */
let plan: () => { to: string; cut: Cut };

beforeAll(async () => {
  stack = await startStack({ workers: 0, clock });
  second = createApi(stack.roleOptions);
  await second.start();
  people = await addPeople(stack, 1, "retry");
  campaign = await launch(stack, smsCampaign("Hi {{ n }}"));
  proxy = await startCuttingProxy(() => plan());
});
afterEach(() => {
  heldMs = null;
});
afterAll(async () => {
  await proxy.close();
  await second.stop();
  await stack.stop();
});

interface Answer {
  readonly status: number;
  readonly isReplay: boolean;
  readonly message: string;
  readonly id: number;
}

/** On a connection of its own, as scripts and PHP backends call. @returns null when no answer came. */
function send(url: string, n: number | string, token = stack.token): Promise<Answer | null> {
  const id = token === stack.token ? campaign : 0;
  const body = JSON.stringify({ apptoken: token, id, target_by: "user_id", target: people, params: { n } });
  return new Promise((resolve) => {
    const headers = { connection: "keep-alive", "content-length": Buffer.byteLength(body) };
    const call = request(`${url}/api/external/execute/campaign`, { method: "POST", agent: false, headers });
    call.on("response", (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("error", () => resolve(null));
      response.on("end", () => {
        call.destroy();
        const { message, model } = JSON.parse(Buffer.concat(parts).toString());
        const isReplay = response.headers["idempotent-replayed"] === "true";
        resolve({ status: response.statusCode ?? 0, isReplay, message, id: model?.id ?? 0 });
      });
    });
    call.on("error", () => resolve(null));
    call.end(body);
  });
}

/** At once, as the seed tells callers to; then on and on. */
async function sendUntilAnswered(n: number | string): Promise<{ answer: Answer; tries: number }> {
  for (let tries = 1; ; tries += 1) {
    const answer = await send(proxy.url, n);
    if (answer?.status === 200) return { answer, tries };
  }
}

/**
 * A process that does not say within 1.5 s what became of its answers counts as killed. Without this a machine that
 * stands still for so long would make both processes of this test look so.
 */
const withoutDeath = (): void => {
  heldMs = Date.now();
};

const executions = async (): Promise<number> => {
  const [row] = await stack.owner`select count(*)::integer as n from executions`;
  return Number(row?.n);
};

const CALLS = 2_000;

test("with a fifth of the answers cut, over two processes, 2,000 calls make no more than two extra", async () => {
  const random = createRandom(20_260_101);
  const cuts: readonly Cut[] = ["request", "answer", "half"];
  plan = () => ({
    to: random.next() < 0.5 ? stack.url : second.url,
    cut: random.next() < 0.2 ? (cuts[random.whole(0, 2)] ?? null) : null,
  });
  const before = await executions();
  let [n, retries] = [0, 0];
  const told = new Set<number>();
  const line = async (): Promise<void> => {
    while (n < CALLS) {
      const { answer, tries } = await sendUntilAnswered(n++);
      retries += tries - 1;
      told.add(answer.id);
    }
  };
  await Promise.all(Array.from({ length: 16 }, line));
  const extra = (await executions()) - before - CALLS;
  process.stdout.write(`A3: ${CALLS} calls, ${retries} answers cut, ${extra} extra executions\n`);
  expect(retries).toBeGreaterThan(CALLS * 0.2);
  expect(extra).toBeLessThanOrEqual(CALLS * 0.001);
  expect(told.size).toBe(CALLS);
}, 120_000);

test("what is repeated says so, whichever process is asked, and only once", async () => {
  withoutDeath();
  for (const [first, then] of [
    [stack.url, stack.url],
    [stack.url, second.url],
  ] as const) {
    const n = `said ${then === first}`;
    plan = () => ({ to: first, cut: "answer" });
    expect(await send(proxy.url, n)).toBeNull();
    const again = await send(then, n);
    expect(again).toMatchObject({ status: 200, isReplay: true });
    expect(again?.message).toContain("its answer was lost");
    // That answer arrived: the next one is meant.
    const meant = await send(first, n);
    expect(meant).toMatchObject({ status: 200, isReplay: false });
    expect(meant?.id).not.toBe(again?.id);
  }
});

test("identical calls whose answers arrive are as many executions: one after another, at once, and mixed", async () => {
  withoutDeath();
  const before = await executions();
  for (let i = 0; i < 3; i += 1)
    for (const url of [stack.url, stack.url, second.url])
      expect(await send(url, "meant")).toMatchObject({ status: 200, isReplay: false });
  const urls = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? stack.url : second.url));
  const answers = await Promise.all(urls.map((url) => send(url, "meant")));
  expect(answers.every((answer) => answer?.status === 200 && !answer.isReplay)).toBe(true);
  expect(await executions()).toBe(before + 49);
});

test("the same body with another credential, and a project that switched it off, are calls of their own", async () => {
  plan = () => ({ to: stack.url, cut: "answer" });
  const other = await stack.createProject();
  expect(await send(proxy.url, "other")).toBeNull();
  expect((await send(stack.url, "other", other.token))?.status).toBe(400);
  const settings = JSON.stringify({ unkeyed_retry_detection: false });
  await stack.owner`update projects set settings = ${settings} where id = ${stack.id}`;
  // Known in every process within a second.
  await until(
    async () => {
      expect(await send(proxy.url, "off")).toBeNull();
      return await send(second.url, "off");
    },
    (answer) => answer?.isReplay === false,
  );
  await stack.owner`update projects set settings = '{}' where id = ${stack.id}`;
  await until(
    async () => {
      expect(await send(proxy.url, "on")).toBeNull();
      return await send(stack.url, "on");
    },
    (answer) => answer?.isReplay === true,
  );
});

test("a process that is killed after its commit and before its answer: the repetition finds the execution", async () => {
  const { url, kill } = await startApiProcess(stack);
  try {
    expect((await send(url, "warm"))?.status).toBe(200);
    const before = await executions();
    // The answer is held back at the proxy; the process dies before it could hear of that.
    plan = () => ({ to: url, cut: "hold" });
    const first = send(proxy.url, "killed");
    await until(executions, (count) => count === before + 1);
    kill();
    expect(await first).toBeNull();
    const again = await send(stack.url, "killed");
    expect(again).toMatchObject({ status: 200, isReplay: true });
    expect(await executions()).toBe(before + 1);
  } finally {
    kill();
  }
});
