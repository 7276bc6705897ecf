/** What the flow tests of the dashboard share: a signed-in member of a project, who asks routes under /api/app. */
import { randomBytes } from "node:crypto";
import { hashPassword } from "../../src/base/crypto.ts";
import type { Role } from "../../src/domain/role.ts";
import { inProject } from "../../src/store/db.ts";
import { insertMembership, insertUser } from "../../src/store/projects.ts";
import type { Answered, Stack } from "../stack.ts";

export interface AppMember {
  readonly email: string;
  ask(line: string, body?: Readonly<Record<string, unknown>>): Promise<Answered>;
}

const PASSWORD = "a long enough password";
let passwordHash: Promise<string> | null = null;

/** A new user with this role, signed in. */
export async function addMember(stack: Stack, role: Role, projectId = stack.id): Promise<AppMember> {
  passwordHash ??= hashPassword(PASSWORD);
  const email = `${role}-${randomBytes(4).toString("hex")}@example.org`;
  const user = { email, passwordHash: await passwordHash, nowMs: Date.now() };
  const userId = await insertUser(stack.owner, user);
  await inProject(stack.context.app, projectId, (tx) => insertMembership(tx, projectId, { userId, role }));
  const signedIn = await ask(stack.url, "POST /login", { body: { email, password: PASSWORD } });
  const cookie = (signedIn.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  return { email, ask: (line, body) => ask(stack.url, line, { cookie, ...(body && { body }) }) };
}

async function ask(
  url: string,
  line: string,
  { cookie, body }: { cookie?: string; body?: Readonly<Record<string, unknown>> },
): Promise<Answered> {
  const [method = "GET", path = ""] = line.split(" ");
  const response = await fetch(`${url}/api/app${path}`, {
    method,
    headers: { origin: url, "content-type": "application/json", ...(cookie && { cookie }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}
