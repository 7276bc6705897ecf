/** The token endpoint with a secret: right requests in every form, and the life of the secrets. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sha256 } from "../../src/base/crypto.ts";
import { type Answered, type Stack, startStack } from "../stack.ts";
import { asAdmin, askToken, makeClient, secretGrant, type TestClient, takeToken } from "./oauth-admin.ts";

let stack: Stack;
let client: TestClient;
const TOKEN = "/api/oauth/token";

beforeAll(async () => {
  stack = await startStack({ workers: 0 });
  client = await makeClient(stack, ["list", "info"]);
});
afterAll(async () => {
  await stack.stop();
});

const basic = (id: string, secret: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`,
});

describe("a right request", () => {
  const asForm = (parameters: Record<string, string>) => new URLSearchParams(parameters).toString();
  const WAYS: readonly (readonly [name: string, send: () => Promise<Answered>])[] = [
    ["a form", () => askToken(stack, asForm(secretGrant(client)))],
    [
      "JSON",
      () => askToken(stack, JSON.stringify(secretGrant(client)), { "content-type": "application/json" }),
    ],
    ["JSON labelled as a form", () => askToken(stack, JSON.stringify(secretGrant(client)))],
    ["Basic", () => askToken(stack, "grant_type=client_credentials", basic(client.id, client.secret))],
    [
      "Basic with encoded parts",
      () =>
        askToken(
          stack,
          "grant_type=client_credentials",
          basic(client.id.replaceAll("_", "%5F"), client.secret.replaceAll("_", "%5f")),
        ),
    ],
    [
      "Basic with the client id in the body too",
      () =>
        askToken(
          stack,
          asForm({ grant_type: "client_credentials", client_id: client.id }),
          basic(client.id, client.secret),
        ),
    ],
  ];

  test.each(WAYS)("as %s", async (_name, send) => {
    const { status, headers, body } = await send();
    expect(body).toMatchObject({ token_type: "Bearer", expires_in: 3_600, code: 200, success: true });
    expect([status, body.scope]).toEqual([200, "list info"]);
    expect(body.access_token).toMatch(/^cat_\d+_[0-9A-Za-z]{49}$/);
    expect([headers.get("cache-control"), headers.get("pragma")]).toEqual(["no-store", "no-cache"]);
  });

  test("a scope narrows", async () => {
    const { body } = await askToken(stack, secretGrant(client, "info"));
    expect(body.scope).toBe("info");
  });

  test("the database holds hashes only", async () => {
    const token = await takeToken(stack, client);
    const [row] = await stack.owner`select hash from access_tokens where hash = ${sha256(token)}`;
    expect(row).toBeDefined();
    const dump = await stack.owner`
      select (select string_agg(t::text, ' ') from access_tokens t) || (select string_agg(s::text, ' ') from client_secrets s)
        || coalesce((select string_agg(e::text, ' ') from audit.entries e), '') as text`;
    const { text } = dump[0] as { text: string };
    for (const secret of [token, client.secret]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(Buffer.from(secret).toString("hex"));
    }
  });

  test("metadata tells where and how (RFC 8414)", async () => {
    const response = await fetch(`${stack.url}/.well-known/oauth-authorization-server`);
    const metadata = (await response.json()) as Record<string, unknown>;
    expect(metadata).toMatchObject({ issuer: stack.url, token_endpoint: `${stack.url}${TOKEN}` });
    expect(metadata.grant_types_supported).toContain("client_credentials");
  });
});

describe("secrets", () => {
  test("several work at once; each is shown once", async () => {
    const made = await makeClient(stack);
    const { data } = (await asAdmin(stack, `POST /clients/${made.id}/secrets`, {})).body;
    for (const secret of [made.secret, data.secret])
      expect((await askToken(stack, secretGrant({ ...made, secret }))).status).toBe(200);
    const shown = JSON.stringify((await asAdmin(stack, `GET /clients/${made.id}`)).body);
    expect(shown).not.toContain(made.secret);
    expect(shown).not.toContain(data.secret);
    expect(shown).toContain(`"hint":"${made.secret.slice(-4)}"`);
    await asAdmin(stack, `DELETE /clients/${made.id}/secrets/${made.secretId}`);
    expect((await askToken(stack, secretGrant(made))).status).toBe(401);
    expect((await askToken(stack, secretGrant({ ...made, secret: data.secret }))).status).toBe(200);
  });

  test("another project's administrator finds nothing", async () => {
    const { token } = await stack.createProject();
    const other = { url: stack.url, token };
    for (const line of [
      `GET /clients/${client.id}`,
      `PATCH /clients/${client.id}`,
      `DELETE /clients/${client.id}`,
      `POST /clients/${client.id}/secrets`,
      `POST /clients/${client.id}/revoke-tokens`,
      `DELETE /clients/${client.id}/secrets/${client.secretId}`,
    ]) {
      const body = line.startsWith("GET") ? undefined : {};
      const [foreign, never] = await Promise.all([
        asAdmin(other, line, body),
        asAdmin(other, line.replace(client.id, "ccl_1_000000000000000000000000"), body),
      ]);
      expect([line, foreign.status, foreign.body]).toEqual([line, 404, never.body]);
    }
    expect((await asAdmin(stack, `GET /clients/${client.id}`)).status).toBe(200);
  });
});

test("right requests are never counted as guesses", async () => {
  const busy = await makeClient(stack);
  const answers = await Promise.all(Array.from({ length: 100 }, () => askToken(stack, secretGrant(busy))));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
});
