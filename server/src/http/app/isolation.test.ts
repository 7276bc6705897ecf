/**
 * One project's dashboard cannot sense another's: an id of A, wherever an administrator of B puts it into a path, is
 * answered byte by byte like an id that never was, and A stays as it is. Routes are those that are mounted.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Checksums, changedTables, fillTenantTables, tableChecksums } from "../../../test/checksums.ts";
import { hashPassword, sha256 } from "../../base/crypto.ts";
import { inProject } from "../../store/db.ts";
import { insertMembership, insertUser } from "../../store/projects.ts";
import { insertSession } from "../../store/users.ts";
import { askApi, type Project, startTestWorld } from "./fixtures/test-world.ts";

// Here and not in a hook: the tests below are made from its routes.
const world = await startTestWorld();
const withIds = world.api.routes.filter((route) => route.includes("/:"));

/** What B asks with: enough of everything that a body could be about, so that no refusal comes before the look-up. */
const BODY = {
  role: "viewer",
  name: "Taken over",
  url: "http://127.0.0.1:9/taken",
  events: ["message_send"],
  since: Math.floor(Date.now() / 1000) - 60,
  enabled: false,
};
const FILLED = 7_300_001;

let a: Project;
let b: Project;
let idsOfA: (string | number)[];
let unchanged: Checksums;
const COOKIE = "carillon_session=cs_of_b";

beforeAll(async () => {
  a = world.project;
  b = await world.createProject();
  // B's own are below these, so that none of A's is B's too.
  for (const [i, table] of ["users", "connections", "invitations", "client_secrets"].entries())
    await world.owner.unsafe(`alter table ${table} alter column id restart with ${7_000_001 + i * 10_000}`);
  const userOfA = await addMember(a, "a@example.org");
  await world.owner`alter table users alter column id restart with 5`;
  const userOfB = await addMember(b, "b@example.org");
  const nowMs = Date.now();
  const session = { hash: sha256("cs_of_b"), userId: userOfB, nowMs, validUntilMs: nowMs + 3_600_000 };
  await insertSession(world.context.app, session);
  const connection = await make("/connections", { ...BODY, name: "CRM" });
  const client = await make("/clients", { name: "Orders", scopes: ["info"] });
  const secret = await make(`/clients/${client.client_id}/secrets`, {});
  const invitation = await make("/invitations", { email: "new@example.org", role: "viewer" });
  await fillTenantTables(world.owner, a.id, FILLED);
  idsOfA = [userOfA, connection.id, invitation.id, client.client_id, secret.secret_id, FILLED];
  unchanged = await tableChecksums(world.owner, a.id);
});
afterAll(async () => {
  await world.close();
});
afterEach(async () => {
  expect(changedTables(unchanged, await tableChecksums(world.owner, a.id))).toEqual([]);
});

async function addMember(project: Project, email: string): Promise<number> {
  const passwordHash = await hashPassword("unused");
  const userId = await insertUser(world.owner, { email, passwordHash, nowMs: Date.now() });
  await inProject(world.context.app, project.id, (tx) =>
    insertMembership(tx, project.id, { userId, role: "admin" }),
  );
  return userId;
}

// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the answer holds
async function make(path: string, body: object): Promise<any> {
  const made = await askApi(world.api, `POST /api/app${path}`, { token: a.token, body });
  expect([path, made.status]).toEqual([path, 201]);
  return made.body.data;
}

/** A name of the same kind, and of the same bucket, that nobody ever had. */
const neverWas = (id: string | number): string | number =>
  typeof id === "number" ? id + 64_000_000 : id.replace(/.{8}$/, "00000000");

async function asB(
  route: string,
  named: { ids: readonly (string | number)[]; project?: number },
): Promise<string> {
  const [method = "", path = ""] = route.split(" ");
  const rest = [...named.ids];
  const filled = path.replace(/:\w+/g, () => String(rest.shift()));
  const body = method === "GET" ? {} : { body: BODY };
  const project = named.project === undefined ? {} : { project: String(named.project) };
  const asked = { cookie: COOKIE, origin: world.api.url, ...body, ...project };
  const answer = await askApi(world.api, `${method} /api/app${filled}`, asked);
  return JSON.stringify([answer.status, answer.body]);
}

describe("an id of A in the path", () => {
  test.each(withIds)("%s", async (route) => {
    for (const first of idsOfA) {
      for (const second of route.split("/:").length > 2 ? idsOfA : [0]) {
        const answer = await asB(route, { ids: [first, second] });
        expect(answer).toMatch(/^\[4\d\d,/);
        expect(answer).toBe(await asB(route, { ids: [neverWas(first), neverWas(second)] }));
      }
    }
  });
});

test("the number of A in the header is answered like one that never was", async () => {
  for (const route of world.api.routes.filter((one) => !one.includes("/:"))) {
    const answer = await asB(route, { ids: [], project: a.id });
    expect([route, answer]).toEqual([route, await asB(route, { ids: [], project: a.id + 64_000_000 })]);
  }
});

test("A does have what was asked for: its own administrator finds it", async () => {
  const nowMs = Date.now();
  const [own] =
    await world.owner`select user_id from memberships where project_id = ${a.id} and user_id < ${FILLED}`;
  const hash = sha256("cs_of_a");
  await insertSession(world.context.app, {
    hash,
    userId: own!.user_id,
    nowMs,
    validUntilMs: nowMs + 3_600_000,
  });
  const [, connection, , client] = idsOfA;
  for (const path of [`/connections/${connection}`, `/clients/${client}`, "/users"])
    expect(
      (await askApi(world.api, `GET /api/app${path}`, { cookie: "carillon_session=cs_of_a" })).status,
    ).toBe(200);
});
