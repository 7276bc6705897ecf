/**
 * The token endpoint with signed assertions that are right, their single use, and the life of the keys behind them (of
 * the bad-input catalogue 4.5 what is taken in the rows 12, 16, 17 and 19).
 */
import { createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ApiRole, createApi } from "../../src/app.ts";
import { type Clock, systemClock } from "../../src/base/clock.ts";
import { untilSoon } from "../soon.ts";
import { type Answered, type Stack, startStack } from "../stack.ts";
import { asAdmin, callWith, makeClient } from "./oauth-admin.ts";
import {
  ecSigned,
  exchangeAt,
  expectRefused,
  type Forgery,
  jwtOf,
  makeKeyClient,
  nowSeconds,
  type Pair,
  p256,
  pemOf,
  rsa,
  signedBy,
} from "./oauth-jwt.ts";

let stack: Stack;
let second: ApiRole;
let clientId: string;
let thumbprint: string;
/** While it is set, the clock stands still. */
let heldMs: number | null = null;
const clock: Clock = { ...systemClock, now: () => heldMs ?? systemClock.now() };

beforeAll(async () => {
  stack = await startStack({ workers: 0, clock });
  second = createApi(stack.roleOptions);
  await second.start();
});
afterAll(async () => {
  await second.stop();
  await stack.stop();
});

/** A fresh client each: wrong tries are counted. */
async function freshClient(pair: Pair = rsa): Promise<void> {
  ({ id: clientId, thumbprint } = await makeKeyClient(stack, pair));
}

const jwt = (forgery: Forgery = {}): string => jwtOf(clientId, forgery);
const exchange = (
  assertion: string,
  more: Record<string, string> = {},
  at: { url: string } = stack,
): Promise<Answered> => exchangeAt(at, assertion, more);

describe("a right assertion", () => {
  test("becomes a token that works, narrowed where asked", async () => {
    await freshClient();
    const { status, body } = await exchange(jwt(), { scope: "list" });
    expect([status, body.scope, body.expires_in]).toEqual([200, "list", 3_600]);
    expect((await callWith(stack, body.access_token, { path: "list/campaign" })).status).toBe(200);
    expect((await callWith(stack, body.access_token, { path: "info/campaign" })).status).toBe(403);
  });

  const CURVES = [
    ["prime256v1", "ES256", "sha256"],
    ["secp384r1", "ES384", "sha384"],
    ["secp521r1", "ES512", "sha512"],
  ] as const;
  test.each(CURVES)("%s as %s", async (namedCurve, alg, hash) => {
    const pair = generateKeyPairSync("ec", { namedCurve });
    await freshClient(pair);
    const signed = (input: Buffer): Buffer =>
      sign(hash, input, { key: pair.privateKey, dsaEncoding: "ieee-p1363" });
    expect((await exchange(jwt({ header: { alg }, signed }))).status).toBe(200);
    const inDer = (input: Buffer): Buffer => sign(hash, input, pair.privateKey);
    expectRefused(await exchange(jwt({ header: { alg }, signed: inDer })));
  });

  test("row 12: the twin of an ES256 signature (n - s), which is as valid as the one that was made", async () => {
    await freshClient(p256);
    const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
    const other = (input: Buffer): Buffer => {
      const signature = ecSigned(input);
      const s = BigInt(`0x${signature.subarray(32).toString("hex")}`);
      return Buffer.concat([
        signature.subarray(0, 32),
        Buffer.from((order - s).toString(16).padStart(64, "0"), "hex"),
      ]);
    };
    const header = { alg: "ES256" };
    // Which of the two is the high one is chance: both are taken, always.
    for (const signed of [ecSigned, other, ecSigned, other])
      expect((await exchange(jwt({ header, signed }))).status).toBe(200);
    // The twin is no second use of an assertion: jti stands, not the bytes.
    const claims = { jti: "twin" };
    expect((await exchange(jwt({ header, claims, signed: ecSigned }))).status).toBe(200);
    expectRefused(await exchange(jwt({ header, claims, signed: other })));
  });

  test("RS384 with a key of 4096 bits", async () => {
    const pair = generateKeyPairSync("rsa", { modulusLength: 4_096 });
    ({ id: clientId } = await makeKeyClient(stack, pair, "RS384"));
    const signed = (input: Buffer): Buffer => sign("sha384", input, pair.privateKey);
    expect((await exchange(jwt({ header: { alg: "RS384" }, signed }))).status).toBe(200);
    expectRefused(await exchange(jwt({ signed: signedBy(pair) })));
  });

  const RIGHT: readonly (readonly [name: string, make: () => Forgery])[] = [
    ["without aud", () => ({})],
    ["aud the token endpoint", () => ({ claims: { aud: `${stack.url}/api/oauth/token` } })],
    ["aud the issuer", () => ({ claims: { aud: stack.url } })],
    ["aud a list with the right one", () => ({ claims: { aud: ["https://x.example", stack.url] } })],
    ["a kid that names the key", () => ({ header: { kid: thumbprint } })],
    ["a kid of the client's own", () => ({ header: { kid: "../../x' or 1=1" } })],
    // Of the skew of 60 s as much is left as a slow machine may need to get here.
    ["exp past by less than the skew", () => ({ claims: { iat: undefined, exp: nowSeconds() - 20 } })],
    ["iat ahead by less than the skew", () => ({ claims: { iat: nowSeconds() + 50 } })],
    ["an hour of life", () => ({ claims: { exp: nowSeconds() + 3_600, iat: nowSeconds() } })],
    ["an hour without iat", () => ({ claims: { exp: nowSeconds() + 3_600, iat: undefined } })],
    ["exp as a fraction", () => ({ claims: { exp: nowSeconds() + 60.5 } })],
  ];
  test.each(RIGHT)("%s", async (_name, make) => {
    await freshClient();
    expect((await exchange(jwt(make()))).body).toMatchObject({ success: true });
  });
});

test("row 16: behind a configured address only that address is the audience, whatever Host says", async () => {
  const publicUrl = "https://engage.example.com";
  const behind = await startStack({ workers: 0, env: { PUBLIC_URL: publicUrl } });
  try {
    const { id } = await makeKeyClient(behind);
    for (const [aud, status] of [
      [`${publicUrl}/api/oauth/token`, 200],
      [publicUrl, 200],
      [`${behind.url}/api/oauth/token`, 400],
      ["http://engage.example.com", 400],
    ] as const)
      expect([aud, (await exchangeAt(behind, jwtOf(id, { claims: { aud } }))).status]).toEqual([aud, status]);
    const response = await fetch(`${behind.url}/.well-known/oauth-authorization-server`);
    expect(await response.json()).toMatchObject({ issuer: publicUrl });
  } finally {
    await behind.stop();
  }
});

describe("an assertion is used once", () => {
  test("row 17: with jti, in whichever process it comes again", async () => {
    await freshClient();
    const assertion = jwt();
    const both = [stack, second, stack, second];
    const answers = await Promise.all(both.map((at) => exchange(assertion, {}, at)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400]);
    expectRefused(await exchange(assertion, {}, second));
  });

  test("many at once, each twice: of each one becomes a token", async () => {
    await freshClient();
    const assertions = Array.from({ length: 12 }, () => jwt());
    const answers = await Promise.all([...assertions, ...assertions].map((assertion) => exchange(assertion)));
    const given = assertions.map((_, i) => [answers[i]!.status, answers[i + 12]!.status].sort());
    expect(given).toEqual(assertions.map(() => [200, 400]));
  });

  test("one that was refused for its scope is not used up", async () => {
    await freshClient();
    const assertion = jwt();
    expectRefused(await exchange(assertion, { scope: "create" }), "invalid_scope");
    expect((await exchange(assertion)).status).toBe(200);
  });

  test("row 17: without jti once a second, and never where jti is required", async () => {
    await freshClient();
    const assertion = jwt({ claims: { jti: undefined } });
    heldMs = Date.now();
    try {
      const answers = await Promise.all([1, 2, 3, 4].map(() => exchange(assertion)));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 429, 429, 429]);
      const limited = answers.find(({ status }) => status === 429);
      expect(limited?.headers.get("retry-after")).toBe("1");
      heldMs += 1_000;
      expect((await exchange(assertion)).status).toBe(200);
    } finally {
      heldMs = null;
    }
    await asAdmin(stack, `PATCH /clients/${clientId}`, { require_jti: true });
    expectRefused(await exchange(jwt({ claims: { jti: undefined } })));
    expect((await exchange(jwt())).status).toBe(200);
  });
});

describe("keys", () => {
  test("row 19: a private key is refused with a warning and stands nowhere", async () => {
    await freshClient();
    const pem = p256.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const { status, body } = await asAdmin(stack, `POST /clients/${clientId}/keys`, { pem });
    expect(status).toBe(400);
    expect(body.error.errors.pem[0]).toMatch(/private key.*exposed/);
    const [row] = await stack.owner`select string_agg(k::text, ' ') as text from client_keys k`;
    expect(row!.text).not.toContain("PRIVATE");
  });

  test("several at once; one that is deleted ends the tokens got with it", async () => {
    await freshClient();
    const key = { pem: pemOf(p256), valid_until: nowSeconds() + 86_400 };
    const added = await asAdmin(stack, `POST /clients/${clientId}/keys`, key);
    expect(added.body.data.keys).toHaveLength(2);
    expect((await asAdmin(stack, `POST /clients/${clientId}/keys`, key)).status).toBe(409);
    const withEc = await exchange(jwt({ header: { alg: "ES256" }, signed: ecSigned }));
    const withRsa = await exchange(jwt());
    expect([withEc.status, withRsa.status]).toEqual([200, 200]);
    // Both were used: a process that remembers them must forget the one.
    for (const { body } of [withEc, withRsa])
      expect((await callWith(stack, body.access_token, { path: "list/campaign" })).status).toBe(200);
    const [first] = added.body.data.keys;
    expect((await asAdmin(stack, `DELETE /clients/${clientId}/keys/${first.id}`)).status).toBe(200);
    await untilSoon(() => callWith(stack, withRsa.body.access_token, { path: "list/campaign" }), 401);
    expect((await callWith(stack, withEc.body.access_token, { path: "list/campaign" })).status).toBe(200);
    expectRefused(await exchange(jwt()));
  });

  test("the stored form is the public key itself", async () => {
    await freshClient();
    const [row] = await stack.owner`select spki, algorithm from client_keys where client_id = ${clientId}`;
    expect(createPublicKey(row!.spki).equals(rsa.publicKey)).toBe(true);
    expect(row!.algorithm).toBe("RS256");
  });

  test("a client with a secret and a key may use both", async () => {
    const both = await makeClient(stack, ["list"]);
    clientId = both.id;
    await asAdmin(stack, `POST /clients/${clientId}/keys`, {
      pem: pemOf(rsa),
      valid_until: nowSeconds() + 3_600,
    });
    expect((await exchange(jwt())).status).toBe(200);
  });
});
