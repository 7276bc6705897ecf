/**
 * Who may call what: every operation with no scope, with exactly its own and with all but its own (reliability
 * battery, F3), and how soon a change shows in another process (F6).
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { covers, SCOPES } from "../../src/domain/scope.ts";
import { OPERATIONS } from "../../src/http/external/operations.ts";
import { type ApiProcess, startApiProcess } from "../api-process.ts";
import { untilSoon } from "../soon.ts";
import { type Stack, startStack } from "../stack.ts";
import {
  asAdmin,
  askToken,
  callWith,
  makeClient,
  secretGrant,
  type TestClient,
  takeToken,
} from "./oauth-admin.ts";

let stack: Stack;
/** In a process of its own, as on another machine. */
let second: ApiProcess;
let full: TestClient;
let noScopes: string;

beforeAll(async () => {
  stack = await startStack({ workers: 0 });
  second = await startApiProcess(stack);
  full = await makeClient(stack, SCOPES);
  noScopes = await takeToken(stack, await makeClient(stack));
});
afterAll(async () => {
  second.kill();
  await stack.stop();
});

/** Every path that leads to an operation, its aliases included. */
const PATHS = OPERATIONS.flatMap(({ method, model, aliases = [], scope }) =>
  [model, ...aliases].map((name) => ({ path: `${method}/${name}`, scope })),
);

describe("the scope matrix", () => {
  const onlyTokens = new Map<string, Promise<string>>();
  const tokenFor = (scopes: readonly string[]): Promise<string> => {
    const name = scopes.join(" ");
    const known = onlyTokens.get(name) ?? takeToken(stack, full, name);
    onlyTokens.set(name, known);
    return known;
  };

  test.each(PATHS)("$path needs $scope", async ({ path, scope }) => {
    // An id that never was: who may not call hears nothing of that.
    const body = { id: 999_999_999, title: "" };
    const allBut = await tokenFor(SCOPES.filter((name) => name !== scope));
    for (const token of [noScopes, allBut]) {
      for (const named of [path, `${path}/`]) {
        const refused = await callWith(stack, token, { path: named, body });
        expect([named, refused.status, refused.body.success]).toEqual([named, 403, false]);
        expect(refused.headers.get("www-authenticate")).toBe(
          `Bearer error="insufficient_scope", scope="${scope}"`,
        );
        expect(refused.body).not.toHaveProperty("errors");
      }
    }
    const allowed = await callWith(stack, await tokenFor([scope]), { path, body });
    expect([path, [401, 403].includes(allowed.status), allowed.status < 500]).toEqual([path, false, true]);
  });

  test("a new client has no scope, and its token covers nothing", async () => {
    const client = await makeClient(stack);
    const { body } = await askToken(stack, secretGrant(client));
    expect(body).toMatchObject({ success: true, scope: "" });
    const refused = await callWith(stack, body.access_token, { path: "list/campaign" });
    expect(refused.status).toBe(403);
  });

  test("the check costs less than five microseconds", () => {
    const held = new Set(SCOPES);
    const rounds = 20_000;
    const microseconds = Array.from({ length: 10 }, () => {
      const startMs = performance.now();
      let count = 0;
      for (let i = 0; i < rounds; i += 1) if (covers(held, SCOPES[i % SCOPES.length] ?? "list")) count += 1;
      expect(count).toBe(rounds);
      return ((performance.now() - startMs) * 1000) / rounds;
    });
    // The quickest: in each of the others the machine may have done something else meanwhile.
    expect(Math.min(...microseconds)).toBeLessThan(5);
  });
});

describe("an access token is for the External API only", () => {
  test.each(["/clients", "/connections", "/app-token", "/audit"])("/api/app%s refuses it", async (path) => {
    const token = await takeToken(stack, full);
    const { status, body } = await asAdmin({ url: stack.url, token }, `GET ${path}`);
    expect([status, body.error.code]).toEqual([403, "forbidden"]);
  });

  test("as apptoken in the body it is none, and beside an app token it narrows", async () => {
    const token = await takeToken(stack, full, "info");
    const inBody = await stack.call("info/campaign", { apptoken: token, id: 1 });
    expect(inBody.status).toBe(401);
    const both = await callWith(stack, token, { path: "list/campaign", body: { apptoken: stack.token } });
    expect(both.status).toBe(403);
  });

  test("another project's number in a token leads nowhere", async () => {
    const other = await stack.createProject();
    const token = await takeToken(stack, full);
    const moved = token.replace(/^cat_\d+_/, `cat_${other.id}_`);
    for (const wrong of [moved, token.replace("cat_", "cat_9"), `${token}x`]) {
      const { status, headers } = await callWith(stack, wrong, { path: "list/campaign" });
      expect([status, headers.get("www-authenticate")]).toEqual([401, 'Bearer error="invalid_token"']);
    }
  });
});

describe("a change shows within a second in every process", () => {
  type Change = (client: TestClient) => Promise<unknown>;
  const CHANGES: readonly (readonly [name: string, status: number, change: Change])[] = [
    [
      "a scope taken away",
      403,
      (client) => asAdmin(stack, `PATCH /clients/${client.id}`, { scopes: ["info"] }),
    ],
    [
      "the client switched off",
      401,
      (client) => asAdmin(stack, `PATCH /clients/${client.id}`, { enabled: false }),
    ],
    ["the client deleted", 401, (client) => asAdmin(stack, `DELETE /clients/${client.id}`)],
    ["its tokens revoked", 401, (client) => asAdmin(stack, `POST /clients/${client.id}/revoke-tokens`, {})],
    [
      "the secret deleted",
      401,
      (client) => asAdmin(stack, `DELETE /clients/${client.id}/secrets/${client.secretId}`),
    ],
  ];

  test.each(CHANGES)("%s: %i", async (_name, status, change) => {
    const client = await makeClient(stack, ["list", "info"]);
    const token = await takeToken(stack, client);
    const ask = (at: { url: string }) => callWith(at, token, { path: "list/campaign" });
    for (const at of [stack, second]) expect((await ask(at)).status).toBe(200);
    expect(((await change(client)) as { status: number }).status).toBe(200);
    await Promise.all([stack, second].map((at) => untilSoon(() => ask(at), status)));
  });

  test("a token that ran out is refused", async () => {
    const token = await takeToken(stack, full);
    await stack.owner`update access_tokens set valid_until = now() - interval '1 s' where project_id = ${stack.id}
      and create_time = (select max(create_time) from access_tokens)`;
    const { status, headers } = await callWith(stack, token, { path: "list/campaign" });
    expect([status, headers.get("www-authenticate")]).toEqual([401, 'Bearer error="invalid_token"']);
  });

  test("who changed the scopes and when stands on the client", async () => {
    const client = await makeClient(stack, ["list"]);
    const { data } = (await asAdmin(stack, `PATCH /clients/${client.id}`, { scopes: ["info", "list"] })).body;
    expect(data).toMatchObject({ scopes: ["list", "info"], updated_by: "app token" });
    expect(Math.abs(data.updated_time - Date.now() / 1000)).toBeLessThan(120);
    const [row] = (await asAdmin(stack, "GET /audit?limit=1")).body.data;
    expect(row).toMatchObject({
      action: "client.update",
      object: `client:${client.id}`,
      actor: "app token",
      ip: "127.0.0.1",
      before: { scopes: ["list"] },
      after: { scopes: ["list", "info"] },
    });
  });
});
