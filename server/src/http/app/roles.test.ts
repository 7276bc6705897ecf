/** Who may do what: every route that is mounted under /api/app, as every role. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hashPassword, sha256 } from "../../base/crypto.ts";
import { allows, type Permission, permissionsOf, ROLES } from "../../domain/role.ts";
import { inProject } from "../../store/db.ts";
import { insertMembership, insertUser } from "../../store/projects.ts";
import { insertSession } from "../../store/users.ts";
import { ROUTE_PERMISSIONS } from "./fixtures/route-permissions.ts";
import { type Answered, askApi, startTestWorld } from "./fixtures/test-world.ts";

const PREFIX = "/api/app";
/** No role of ours: it may do nothing at all. */
const NOBODY = "nobody_yet";

// Here and not in a hook: the tests below are made from its routes.
const world = await startTestWorld();
const cookies = new Map<string, string>();
const mounted = world.api.routes;
const guarded = mounted.filter((route) => ROUTE_PERMISSIONS[route] !== "public");
const byPermission = guarded.filter((route) => ROUTE_PERMISSIONS[route] !== "signed-in");

beforeAll(async () => {
  const passwordHash = await hashPassword("unused");
  for (const role of [...ROLES, NOBODY]) {
    const nowMs = Date.now();
    const userId = await insertUser(world.owner, { email: `${role}@example.org`, passwordHash, nowMs });
    await inProject(world.context.app, world.project.id, (tx) =>
      insertMembership(tx, world.project.id, { userId, role }),
    );
    const validUntilMs = nowMs + 3_600_000;
    await insertSession(world.context.app, { hash: sha256(`cs_${role}`), userId, nowMs, validUntilMs });
    cookies.set(role, `carillon_session=cs_${role}`);
  }
});
afterAll(async () => {
  await world.close();
});

/** Asks with ids that lead to nothing and a body that says nothing, so that what is allowed changes nothing. */
async function askAs(role: string | null, route: string, origin = world.api.url): Promise<Answered> {
  const [method = "", path = ""] = route.split(" ");
  const cookie = role === null ? {} : { cookie: cookies.get(role) ?? "" };
  const body = method === "GET" ? {} : { body: {} };
  const named = path.replace(/:\w+/g, "999999");
  return await askApi(world.api, `${method} ${PREFIX}${named}`, { ...cookie, ...body, origin });
}

test("each mounted route stands in the table of permissions, and none besides", () => {
  expect([...mounted].sort()).toEqual(Object.keys(ROUTE_PERMISSIONS).sort());
});

describe.each(byPermission)("%s", (route) => {
  const permission = ROUTE_PERMISSIONS[route] as Permission;

  test(`needs ${permission}`, async () => {
    const refused = await askAs(NOBODY, route);
    expect([refused.status, refused.body.error?.code]).toEqual([403, "forbidden"]);
    expect(/permission ([\w.]+\w)/.exec(refused.body.error.message)?.[1]).toBe(permission);
    for (const role of ROLES) {
      const { status } = await askAs(role, route);
      const may = status !== 403 && status !== 401 && status < 500;
      expect([role, may]).toEqual([role, allows(role, permission)]);
    }
  });
});

test.each(guarded)("%s is for nobody without a session, and for no page of a stranger", async (route) => {
  const { status } = await askAs(null, route);
  expect(status).toBe(401);
  if (route.startsWith("GET ")) return;
  const { status: fromElsewhere, body } = await askAs("admin", route, "https://evil.example");
  expect([fromElsewhere, body.error.message]).toEqual([403, "The request does not come from this site."]);
});

test.each(guarded.filter((route) => !byPermission.includes(route)))(
  "%s is for whoever is signed in",
  async (route) => {
    for (const role of [...ROLES, NOBODY])
      expect([401, 403]).not.toContain((await askAs(role, route)).status);
  },
);

test("the guide's table of roles says the same", () => {
  const guide = readFileSync(join(import.meta.dirname, "../../../../docs/guides/users-and-roles.md"), "utf8");
  const said = [...guide.matchAll(/^\| `([a-z]+\.[a-z]+)` \|(.*)\|$/gm)].map(([, permission, cells = ""]) => [
    permission,
    cells.split("|").map((cell) => cell.trim() === "yes"),
  ]);
  const known = permissionsOf("admin").map((permission) => [
    permission,
    ROLES.map((role) => allows(role, permission as Permission)),
  ]);
  expect(said).toEqual(known);
});
