/** A person in front of the dashboard: signs in with a password, keeps the cookie, asks /api/app as a browser would. */
import { hashPassword } from "../src/base/crypto.ts";
import { inProject } from "../src/store/db.ts";
import { insertMembership, insertUser } from "../src/store/projects.ts";
import type { Answered, Stack } from "./stack.ts";

export const PASSWORD = "a long enough password";
/** Hashed once: it takes 25 ms. */
let hashed: Promise<string> | null = null;

/** Adds an account with `PASSWORD`. @returns its id. */
export async function addAccount(stack: Stack, email: string): Promise<number> {
  hashed ??= hashPassword(PASSWORD);
  const user = { email, passwordHash: await hashed, nowMs: stack.context.clock.now() };
  return await insertUser(stack.owner, user);
}

export async function join(
  stack: Stack,
  userId: number,
  at: { projectId: number; role: string },
): Promise<void> {
  const { projectId, role } = at;
  await inProject(stack.context.app, projectId, (tx) => insertMembership(tx, projectId, { userId, role }));
}

export class Browser {
  cookie = "";
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  /** `line` is "GET /me". @param projectId what the tab shows. */
  async ask(line: string, body?: object, projectId?: number | string): Promise<Answered> {
    const [method = "GET", path = "/"] = line.split(" ");
    const headers: Record<string, string> = { origin: this.#url };
    if (this.cookie !== "") headers.cookie = this.cookie;
    if (projectId !== undefined) headers["carillon-project"] = String(projectId);
    if (body !== undefined) headers["content-type"] = "application/json";
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${this.#url}/api/app${path}`, { method, headers, ...content });
    const cookie = response.headers.get("set-cookie")?.split(";")[0];
    if (cookie !== undefined) this.cookie = cookie.endsWith("=") ? "" : cookie;
    return { status: response.status, headers: response.headers, body: await response.json() };
  }

  signIn(email: string, rest: { password?: string; code?: string } = {}): Promise<Answered> {
    return this.ask("POST /login", { email, password: PASSWORD, ...rest });
  }
}

/** A new person with a role in a project, signed in. */
export async function signedIn(
  stack: Stack,
  at: { email: string; projectId: number; role: string },
): Promise<{ browser: Browser; userId: number; email: string }> {
  const userId = await addAccount(stack, at.email);
  await join(stack, userId, at);
  const browser = new Browser(stack.url);
  const answer = await browser.signIn(at.email);
  if (answer.status !== 200) throw new Error(`not signed in: ${JSON.stringify(answer.body)}`);
  return { browser, userId, email: at.email };
}
