/** Who may see figures, messages and people, and who may change them: by role, through a browser's session. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { hashPassword } from "../../src/base/crypto.ts";
import { inProject } from "../../src/store/db.ts";
import { insertMembership, insertUser } from "../../src/store/projects.ts";
import { type Stack, startStack } from "../stack.ts";

const PASSWORD = "correct horse battery staple";
const ROLES = ["viewer", "copywriter", "support_agent", "campaign_manager"] as const;

let stack: Stack;
const cookies = new Map<string, string>();

beforeAll(async () => {
  stack = await startStack({ workers: 0 });
  const passwordHash = await hashPassword(PASSWORD);
  for (const role of ROLES) {
    const email = `${role}@example.org`;
    const userId = await insertUser(stack.owner, { email, passwordHash, nowMs: Date.now() });
    await inProject(stack.context.app, stack.id, (tx) => insertMembership(tx, stack.id, { userId, role }));
    const answer = await fetch(`${stack.url}/api/app/login`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: stack.url },
      body: JSON.stringify({ email, password: PASSWORD }),
    });
    cookies.set(role, answer.headers.get("set-cookie")?.split(";")[0] ?? "");
  }
});
afterAll(() => stack.stop());

async function statusFor(role: string, line: string): Promise<number> {
  const [method = "GET", path = "/"] = line.split(" ");
  const isWrite = method !== "GET";
  const answer = await fetch(`${stack.url}/api/app${path}`, {
    method,
    headers: {
      cookie: cookies.get(role) ?? "",
      ...(isWrite ? { origin: stack.url, "content-type": "application/json" } : {}),
    },
    ...(isWrite ? { body: "{}" } : {}),
  });
  await answer.arrayBuffer();
  return answer.status;
}

// 404 and 400 are answered to who may ask: nothing of that number is there, and the body is empty.
test.each<[string, readonly number[]]>([
  ["GET /campaigns/1/results", [404, 404, 404, 404]],
  ["GET /executions", [200, 200, 200, 200]],
  ["GET /executions/1", [404, 404, 404, 404]],
  ["GET /executions/1/explain?target=x", [403, 403, 404, 404]],
  ["POST /executions/1/resend-failed", [403, 403, 404, 404]],
  ["GET /messages", [403, 403, 200, 200]],
  ["GET /messages/1", [403, 403, 404, 404]],
  ["GET /profiles", [403, 200, 200, 200]],
  ["GET /profiles/1", [403, 404, 404, 404]],
  ["GET /profiles/1/devices", [403, 404, 404, 404]],
  ["GET /profiles/1/messages", [403, 403, 404, 404]],
  ["POST /profiles", [403, 403, 403, 400]],
  ["PATCH /profiles/1", [403, 403, 403, 400]],
  ["POST /imports", [403, 403, 403, 400]],
  ["POST /imports/1/dry-run", [403, 403, 403, 400]],
  ["POST /imports/1/run", [403, 403, 403, 400]],
  ["GET /imports/1/errors.csv", [403, 403, 403, 404]],
  ["GET /tasks", [403, 200, 200, 200]],
  ["GET /tasks/1", [403, 404, 404, 404]],
])("%s for viewer, copywriter, support agent, campaign manager", async (line, expected) => {
  const statuses = await Promise.all(ROLES.map((role) => statusFor(role, line)));
  expect(statuses).toEqual(expected);
  expect(await statusFor("nobody", line)).toBe(401);
});
