/**
 * The token endpoint with a secret: every row of the bad-input catalogue 4.5 that is about it, as a wrong request and
 * its right answer, and the limit on guessing (reliability battery, F5).
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sha256 } from "../../src/base/crypto.ts";
import { ask } from "../raw-http.ts";
import { type Answered, type Project, type Stack, startStack } from "../stack.ts";
import {
  asAdmin,
  askToken,
  makeBareClient,
  makeClient,
  secretGrant,
  type TestClient,
  takeToken,
} from "./oauth-admin.ts";

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

/** RFC 6749, 5.2, with the envelope beside it. */
function expectRefused(answer: Answered, status: number, error: string): void {
  const { body, headers } = answer;
  expect([answer.status, body.error, body.code, body.success]).toEqual([status, error, status, false]);
  expect(body.message).toBe(body.error_description);
  expect(body.message).not.toBe("");
  expect([headers.get("cache-control"), headers.get("pragma")]).toEqual(["no-store", "no-cache"]);
  expect(headers.get("content-type")).toBe("application/json; charset=utf-8");
}

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

describe("a wrong request", () => {
  test.each(["GET", "PUT", "PATCH", "DELETE", "OPTIONS"])("row 1: %s", async (method) => {
    const response = await fetch(`${stack.url}${TOKEN}`, { method });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "POST"]);
  });

  type Make = () => [body: Record<string, string> | string, headers?: Record<string, string>];
  const grant = (): Record<string, string> => secretGrant(client);
  const without = (name: string): Record<string, string> => {
    const { [name]: _left, ...rest } = grant();
    return rest;
  };
  const withAlso = (more: string): string => `${new URLSearchParams(grant())}&${more}`;
  const CASES: readonly (readonly [name: string, status: number, error: string, make: Make])[] = [
    ["2: no grant", 400, "invalid_request", () => [without("grant_type")]],
    ["2: a grant twice", 400, "invalid_request", () => [withAlso("grant_type=client_credentials")]],
    [
      "2: a grant twice in JSON",
      400,
      "invalid_request",
      () => [JSON.stringify(grant()).replace("{", '{"grant_type":"client_credentials",')],
    ],
    ["2: a secret twice", 400, "invalid_request", () => [withAlso("client_secret=x")]],
    ["2: nothing", 400, "invalid_request", () => [""]],
    ["2: broken JSON", 400, "invalid_request", () => ['{"grant_type":']],
    ["2: a grant that is a list", 400, "invalid_request", () => ['{"grant_type":["client_credentials"]}']],
    ...["password", "implicit", "authorization_code", "refresh_token", "CLIENT_CREDENTIALS"].map(
      (type) =>
        [
          `3: ${type}`,
          400,
          "unsupported_grant_type",
          () => [{ ...grant(), grant_type: type }],
        ] as const satisfies (typeof CASES)[number],
    ),
    ["4: no secret", 401, "invalid_client", () => [without("client_secret")]],
    ["4: no client", 401, "invalid_client", () => [without("client_id")]],
    ["4: a NUL in the client", 401, "invalid_client", () => [{ ...grant(), client_id: `${client.id}\0` }]],
    ["5: header and body", 400, "invalid_request", () => [grant(), basic(client.id, client.secret)]],
    [
      "5: header and body of different clients",
      400,
      "invalid_request",
      () => [{ grant_type: "client_credentials", client_id: "other" }, basic(client.id, client.secret)],
    ],
    ...["Basic", "Basic !!!", `Basic ${Buffer.from("nocolon").toString("base64")}`, "Bearer x", "x"].map(
      (authorization) =>
        [
          `7: ${authorization}`,
          401,
          "invalid_client",
          () => ["grant_type=client_credentials", { authorization }],
        ] as const satisfies (typeof CASES)[number],
    ),
    [
      "7: a broken percent",
      401,
      "invalid_client",
      () => ["grant_type=client_credentials", basic("%zz", "x")],
    ],
    ...["", "create", "list create", "nonsense", "list  info", " list", "LIST"].map(
      (scope) =>
        [
          `9: scope ${JSON.stringify(scope)}`,
          400,
          "invalid_scope",
          () => [{ ...grant(), scope }],
        ] as const satisfies (typeof CASES)[number],
    ),
    ["10: 100 KB", 413, "invalid_request", () => [{ ...grant(), assertion: "x".repeat(100_000) }]],
  ];

  test.each(CASES)("%s", async (_name, status, error, make) => {
    // Each from a client of its own: wrong tries are counted.
    client = await makeClient(stack, ["list", "info"]);
    const [body, headers] = make();
    const answer = await askToken(stack, body, headers);
    expectRefused(answer, status, error);
    if (status === 401) expect(answer.headers.get("www-authenticate")).toContain("Basic");
  });

  test("row 4: unknown, wrong, deleted, off, ended and another project's look alike", async () => {
    const other: Project = await stack.createProject();
    const [deleted, off, ended, right] = await Promise.all([1, 2, 3, 4].map(() => makeClient(stack)));
    const foreign = await makeClient({ url: stack.url, token: other.token });
    await asAdmin(stack, `DELETE /clients/${deleted!.id}`);
    await asAdmin(stack, `PATCH /clients/${off!.id}`, { enabled: false });
    await stack.owner`update client_secrets set valid_until = now() where client_id = ${ended!.id}`;
    const moved = right!.id.replace(/^ccl_\d+_/, `ccl_${other.id}_`);
    const WRONG = [
      { ...right!, id: "never-was" },
      { ...right!, id: `${right!.id.slice(0, -1)}${right!.id.endsWith("0") ? "1" : "0"}` },
      { ...right!, secret: "wrong" },
      { ...right!, secret: `${right!.secret} ` },
      { ...right!, secret: foreign.secret },
      { ...right!, id: moved },
      deleted!,
      off!,
      ended!,
    ];
    const answers = await Promise.all(WRONG.map((wrong) => askToken(stack, secretGrant(wrong))));
    for (const answer of answers) expectRefused(answer, 401, "invalid_client");
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect((await askToken(stack, secretGrant(right!))).status).toBe(200);
  });

  test("row 6: a secret in the address is refused, and a right one stands in the trail as exposed", async () => {
    const exposed = await makeClient(stack);
    for (const secret of ["wrong", exposed.secret]) {
      const query = new URLSearchParams(secretGrant({ ...exposed, secret }));
      const answer = await ask(stack.url, { path: `${TOKEN}?${query}`, body: "" });
      expect([answer.status, answer.body.error]).toEqual([400, "invalid_request"]);
      const [row] = (await asAdmin(stack, "GET /audit?limit=1")).body.data;
      expect(row.action === "client.secret_exposed").toBe(secret === exposed.secret);
    }
    const [row] = (await asAdmin(stack, "GET /audit?limit=1")).body.data;
    expect(row).toMatchObject({ object: `client:${exposed.id}`, after: { id: exposed.secretId } });
    expect(JSON.stringify(row)).not.toContain(exposed.secret);
  });

  test("row 8: an assertion from a client that has a secret only", async () => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
    const assertion = `${part({ alg: "RS256" })}.${part({ iss: client.id, sub: client.id })}.AAAA`;
    const grant_type = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    expectRefused(await askToken(stack, { grant_type, assertion }), 400, "unauthorized_client");
  });

  test("a client without any credential gets nothing", async () => {
    const { id } = await makeBareClient(stack);
    const answer = await askToken(stack, { ...secretGrant(client), client_id: id });
    expectRefused(answer, 401, "invalid_client");
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

describe("guessing", () => {
  test("row 20: ten wrong tries, then 429 for that pair alone", async () => {
    const [guessed, calm] = [await makeClient(stack), await makeClient(stack)];
    const wrong = { ...guessed, secret: "wrong" };
    const statuses: number[] = [];
    for (let i = 0; i < 12; i += 1) statuses.push((await askToken(stack, secretGrant(wrong))).status);
    expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
    const limited = await askToken(stack, secretGrant(guessed));
    expectRefused(limited, 429, "temporarily_unavailable");
    expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await askToken(stack, secretGrant(calm))).status).toBe(200);
  });

  test("right requests are never counted", async () => {
    const busy = await makeClient(stack);
    const answers = await Promise.all(Array.from({ length: 100 }, () => askToken(stack, secretGrant(busy))));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });

  test("row 21: tokens that have ended are removed as new ones are made, the others stay", async () => {
    const busy = await makeClient(stack);
    const kept = await takeToken(stack, busy);
    await takeToken(stack, busy);
    await stack.owner`update access_tokens set valid_until = now() - interval '1 s'
      where client_id = ${busy.id} and hash <> ${sha256(kept)}`;
    const countEnded = async (): Promise<number> => {
      const [row] = await stack.owner<{ n: number }[]>`
        select count(*)::integer as n from access_tokens where valid_until < now()`;
      return row?.n ?? 0;
    };
    expect(await countEnded()).toBe(1);
    for (let i = 0; i < 1_000 && (await countEnded()) > 0; i += 1) await takeToken(stack, busy);
    expect(await countEnded()).toBe(0);
    expect(await stack.owner`select from access_tokens where hash = ${sha256(kept)}`).toHaveLength(1);
  });
});
