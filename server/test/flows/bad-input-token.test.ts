/**
 * The token endpoint with a secret (bad-input catalogue 4.5, rows 1 to 9, 20 and 21): every wrong request is refused in
 * RFC 6749's words and changes nothing, guesses are bounded, and a busy client is served.
 */
import { request } from "node:http";
import { describe, expect, test } from "vitest";
import { sha256 } from "../../src/base/crypto.ts";
import { openDoor } from "../bad-input.ts";
import type { Answered, Stack } from "../stack.ts";
import {
  asAdmin,
  askToken,
  callWith,
  makeBareClient,
  makeClient,
  secretGrant,
  type TestClient,
  takeToken,
} from "./oauth-admin.ts";

const door = openDoor();
const TOKEN = "/api/oauth/token";
let client: TestClient;

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

test.each(["GET", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"])("row 1: %s", async (method) => {
  const { status, headers } = await door.unchanged(() => fetch(`${door.url}${TOKEN}`, { method }));
  expect([status, headers.get("allow")]).toEqual([405, "POST"]);
});

test("row 1: TRACE", async () => {
  const answer = await door.refuses({ method: "TRACE", path: TOKEN, body: "" }, { status: 405 });
  expect(answer.headers.get("allow")).toBe("POST");
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
  ["7: a broken percent", 401, "invalid_client", () => ["grant_type=client_credentials", basic("%zz", "x")]],
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
  client = await makeClient(door.stack, ["list", "info"]);
  const [body, headers] = make();
  const answer = await door.unchanged(() => askToken(door, body, headers));
  expectRefused(answer, status, error);
  if (status === 401) expect(answer.headers.get("www-authenticate")).toContain("Basic");
});

test("row 4: unknown, wrong, deleted, off, ended and another project's look alike", async () => {
  const { stack } = door;
  const other = await stack.createProject();
  const [deleted, off, ended, right, bare] = await Promise.all([
    ...[1, 2, 3, 4].map(() => makeClient(stack)),
    makeBareClient(stack),
  ]);
  const foreign = await makeClient({ url: stack.url, token: other.token });
  await asAdmin(stack, `DELETE /clients/${deleted!.id}`);
  await asAdmin(stack, `PATCH /clients/${off!.id}`, { enabled: false });
  await stack.owner`update client_secrets set valid_until = now() where client_id = ${ended!.id}`;
  const { id, secret } = right as TestClient;
  const ofProject = (projectId: number): string => id.replace(/^ccl_\d+_/, `ccl_${projectId}_`);
  const WRONG: readonly (readonly [id: string, secret: string])[] = [
    ["never-was", secret],
    [`${id.slice(0, -1)}${id.endsWith("0") ? "1" : "0"}`, secret],
    [id, "wrong"],
    [id, `${secret} `],
    [id, foreign.secret],
    [foreign.id, secret],
    [ofProject(other.id), secret],
    [ofProject(999_999), secret],
    [bare!.id, secret],
    ...[deleted, off, ended].map((one) => [one!.id, (one as TestClient).secret] as const),
  ];
  for (const way of ["body", "Basic"]) {
    const answers = await door.unchanged(() =>
      Promise.all(
        WRONG.map(([wrongId, wrongSecret]) =>
          way === "body"
            ? askToken(door, secretGrant({ id: wrongId, secret: wrongSecret, secretId: 0 }))
            : askToken(door, "grant_type=client_credentials", basic(wrongId, wrongSecret)),
        ),
      ),
    );
    for (const answer of answers) {
      expectRefused(answer, 401, "invalid_client");
      expect(answer.headers.get("www-authenticate")).toBe('Basic realm="carillon"');
    }
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
  }
  expect((await askToken(stack, secretGrant(right as TestClient))).status).toBe(200);
});

test("row 6: a secret in the address is refused, and a right one stands in the trail as exposed", async () => {
  const exposed = await makeClient(door.stack);
  const newest = async () => (await asAdmin(door.stack, "GET /audit?limit=1")).body.data[0];
  for (const secret of ["wrong", exposed.secret]) {
    const query = new URLSearchParams(secretGrant({ ...exposed, secret }));
    const answer = await door.unchanged(() => door.ask({ path: `${TOKEN}?${query}`, body: "" }));
    expect([answer.status, answer.body.error]).toEqual([400, "invalid_request"]);
    expect((await newest()).action === "client.secret_exposed").toBe(secret === exposed.secret);
  }
  expect(await newest()).toMatchObject({ object: `client:${exposed.id}`, after: { id: exposed.secretId } });
  expect(JSON.stringify(await newest())).not.toContain(exposed.secret);
});

test("row 8: an assertion from a client that has a secret only", async () => {
  const { id } = await makeClient(door.stack);
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const assertion = `${part({ alg: "RS256" })}.${part({ iss: id, sub: id })}.AAAA`;
  const grant_type = "urn:ietf:params:oauth:grant-type:jwt-bearer";
  const answer = await door.unchanged(() => askToken(door, { grant_type, assertion }));
  expectRefused(answer, 400, "unauthorized_client");
});

describe("guessing", () => {
  test("row 20: ten wrong tries, then 429", async () => {
    const guessed = await makeClient(door.stack);
    const statuses: number[] = [];
    await door.unchanged(async () => {
      const wrong = secretGrant({ ...guessed, secret: "wrong" });
      for (let i = 0; i < 12; i += 1) statuses.push((await askToken(door, wrong)).status);
    });
    expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
    const limited = await door.unchanged(() => askToken(door, secretGrant(guessed)));
    expectRefused(limited, 429, "temporarily_unavailable");
    expect(Number(limited.headers.get("retry-after"))).toBeGreaterThan(0);
  });

  test("row 20: ten thousand, and the client goes on elsewhere, another one here", async () => {
    const { stack } = door;
    const [guessed, calm] = [await makeClient(stack), await makeClient(stack)];
    const counts = new Map<number, number>();
    const wrong = secretGrant({ ...guessed, secret: "wrong" });
    await door.unchanged(() =>
      sideBySide(GUESSERS, GUESSES, async () => {
        const { status } = await askToken(door, wrong);
        counts.set(status, (counts.get(status) ?? 0) + 1);
      }),
    );
    // What is under way together is judged together: of each guesser one more than the ten.
    expect([...counts.keys()].sort()).toEqual([401, 429]);
    expect(counts.get(401)).toBeGreaterThanOrEqual(10);
    expect(counts.get(401)).toBeLessThan(10 + GUESSERS);
    expect((counts.get(401) ?? 0) + (counts.get(429) ?? 0)).toBe(GUESSES);
    expect((await askToken(stack, secretGrant(guessed))).status).toBe(429);
    expect(await statusFrom(stack, "127.0.0.2", secretGrant(guessed))).toBe(200);
    expect((await askToken(stack, secretGrant(calm))).status).toBe(200);
  }, 120_000);
});

const GUESSES = 10_000;
const GUESSERS = 16;

/** Does `work` so many times, some at a time. */
async function sideBySide(width: number, times: number, work: () => Promise<void>): Promise<void> {
  let left = times;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await work();
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
}

/** From another address of this machine, which the server takes for another place of the network. */
function statusFrom(at: Stack, localAddress: string, parameters: Record<string, string>): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const call = request(`${at.url}${TOKEN}`, { method: "POST", localAddress, headers }, (response) => {
    response.resume();
    resolve(response.statusCode ?? 0);
  });
  call.on("error", reject).end(new URLSearchParams(parameters).toString());
  return promise;
}

describe("row 21: a busy client", () => {
  const list = (token: string) => callWith(door.stack, token, { path: "list/campaign" });
  /** More than one cleaning takes along. */
  const ENDED = 1_000;

  test("a thousand requests at once: few commits, old tokens stay, ended ones are removed", async () => {
    const { stack } = door;
    const busy = await makeClient(stack, ["list"]);
    const [kept, over] = [await takeToken(stack, busy), await takeToken(stack, busy)];
    await stack.owner`update access_tokens set valid_until = now() - interval '1 s' where hash = ${sha256(over)}`;
    await stack.owner`
      insert into access_tokens (project_id, hash, client_id, credential, epoch, scopes, create_time, valid_until)
      select project_id, sha256(n::text::bytea), client_id, credential, epoch, scopes, create_time, valid_until
      from access_tokens, generate_series(1, ${ENDED}) n where hash = ${sha256(over)}`;
    const tokens = new Set<string>();
    await sideBySide(32, 1_000, async () => {
      tokens.add(await takeToken(stack, busy));
    });
    expect(tokens.size).toBe(1_000);
    const [row] = await stack.owner<{ tokens: number; commits: number }[]>`
      select count(*)::integer as tokens, count(distinct xmin::text)::integer as commits
      from access_tokens where client_id = ${busy.id}`;
    // A token in 32 brings a look for ended rows: that 1,000 do not bring the four that are needed has no chance.
    expect(row!.tokens).toBe(1_001);
    expect(row!.commits).toBeLessThan(500);
    for (const token of [kept, ...[...tokens].slice(0, 3), ...[...tokens].slice(-3)])
      expect((await list(token)).status).toBe(200);
    expect((await list(over)).status).toBe(401);
  }, 120_000);

  test("its secret is deleted amid its requests: none is given a token afterwards, and none that it has works", async () => {
    const { stack } = door;
    const busy = await makeClient(stack, ["list"]);
    const tokens: string[] = [];
    const deletion = { isUnderWay: false, isDone: false };
    const deleteSecret = async (): Promise<void> => {
      deletion.isUnderWay = true;
      await asAdmin(stack, `DELETE /clients/${busy.id}/secrets/${busy.secretId}`);
      deletion.isDone = true;
    };
    /** Takes tokens until one is refused. */
    const caller = async (): Promise<void> => {
      for (;;) {
        const wasDone = deletion.isDone;
        const { status, body } = await askToken(stack, secretGrant(busy));
        // 429 behind ten wrong ones.
        if (wasDone) expect([401, 429]).toContain(status);
        if (status !== 200) return;
        tokens.push(body.access_token);
        if (tokens.length >= 100 && !deletion.isUnderWay) await deleteSecret();
      }
    };
    await Promise.all(Array.from({ length: 16 }, caller));
    expect(deletion.isDone).toBe(true);
    for (const token of [tokens[0]!, ...tokens.slice(-32)]) expect((await list(token)).status).toBe(401);
  }, 120_000);
});
