/** A project's quota: exact at the edge over two API processes, told in headers, and nobody else's business. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ApiRole, createApi } from "../../src/app.ts";
import { systemClock } from "../../src/base/clock.ts";
import { type Project, type Stack, startStack } from "../stack.ts";

/** Stands still, so that all calls of a test are in one window. */
let nowMs = Date.UTC(2026, 0, 1, 12, 0, 3);
let stack: Stack;
let second: ApiRole;

beforeAll(async () => {
  const clock = { ...systemClock, now: () => nowMs };
  stack = await startStack({ workers: 0, clock });
  second = createApi(stack.roleOptions);
  await second.start();
});
afterAll(async () => {
  await second.stop();
  await stack.stop();
});

async function projectWith(callsPerSecond: number | null): Promise<Project> {
  const project = await stack.createProject();
  const settings = JSON.stringify({ quota_calls_per_second: callsPerSecond });
  await stack.owner`update projects set settings = ${settings} where id = ${project.id}`;
  return project;
}

/** A call that is refused for its body counts like any other. */
async function call(project: Project, url: string): Promise<Response> {
  const body = JSON.stringify({ apptoken: project.token });
  const response = await fetch(`${url}/api/external/info/campaign`, { method: "POST", body });
  await response.arrayBuffer();
  return response;
}

async function callMany(project: Project, count: number): Promise<Response[]> {
  const answers: Response[] = [];
  const line = async (url: string): Promise<void> => {
    while (answers.length < count) {
      const place = answers.push(new Response()) - 1;
      answers[place] = await call(project, url);
    }
  };
  await Promise.all(Array.from({ length: 24 }, (_, i) => line(i % 2 === 0 ? stack.url : second.url)));
  return answers;
}

const refusedIn = (answers: readonly Response[]): number =>
  answers.filter((answer) => answer.status === 429).length;

test("a quota of 50 lets exactly 50 through, whichever process they go to", async () => {
  const project = await projectWith(5);
  expect(refusedIn(await callMany(project, 49))).toBe(0);
  expect(refusedIn(await callMany(project, 1))).toBe(0);
  expect(refusedIn(await callMany(project, 20))).toBe(20);
});

test("a quota of 2,000 is exact within one in a hundred, and is back with the next window", async () => {
  const project = await projectWith(200);
  const answers = await callMany(project, 2_300);
  const allowed = answers.length - refusedIn(answers);
  expect(allowed).toBeGreaterThanOrEqual(1_980);
  expect(allowed).toBeLessThanOrEqual(2_020);
  const refused = await call(project, stack.url);
  expect(refused.status).toBe(429);
  expect(refused.headers.get("retry-after")).toBe("7");
  expect(Object.fromEntries(refused.headers)).toMatchObject({
    "x-ratelimit-limit": "2000",
    "x-ratelimit-remaining": "0",
    "x-ratelimit-reset": String(Date.UTC(2026, 0, 1, 12, 0, 10) / 1000),
  });
  nowMs += 7_000;
  const [first, other] = [await call(project, stack.url), await call(project, second.url)];
  expect([first.status, other.status]).toEqual([400, 400]);
  expect(Number(other.headers.get("x-ratelimit-remaining"))).toBeGreaterThan(1_900);
});

test("one project's quota is no other's, and the default refuses nobody", async () => {
  const small = await projectWith(1);
  expect(refusedIn(await callMany(small, 12))).toBe(2);
  const other = await projectWith(null);
  const answers = await callMany(other, 200);
  expect(refusedIn(answers)).toBe(0);
  expect(answers[0]?.headers.get("x-ratelimit-limit")).toBe("50000");
});

test("a call that nobody is known for counts nowhere and carries no figures", async () => {
  const answer = await fetch(`${stack.url}/api/external/info/campaign`, { method: "POST", body: "{}" });
  expect(answer.status).toBe(401);
  expect(answer.headers.get("x-ratelimit-limit")).toBeNull();
});
