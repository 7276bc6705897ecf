/**
 * Forged assertions (bad-input catalogue 4.5, rows 8 and 11 to 17), made with node:crypto: each is refused, and the
 * right one that differs in the forged part only is taken.
 */
import { constants, createHmac, sign } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answered, type Stack, startStack } from "../stack.ts";
import { askToken } from "./oauth-admin.ts";
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
  strange,
} from "./oauth-jwt.ts";

let stack: Stack;
let clientId: string;

beforeAll(async () => {
  stack = await startStack({ workers: 0 });
});
afterAll(async () => {
  await stack.stop();
});

/** A fresh client each: wrong tries are counted. */
async function freshClient(pair: Pair = rsa): Promise<void> {
  ({ id: clientId } = await makeKeyClient(stack, pair));
}

const jwt = (forgery: Forgery = {}): string => jwtOf(clientId, forgery);
const exchange = (assertion: string, more: Record<string, string> = {}): Promise<Answered> =>
  exchangeAt(stack, assertion, more);

describe("forgeries", () => {
  const hmac =
    (key: string | Buffer, hash = "sha256") =>
    (input: Buffer): Buffer =>
      createHmac(hash, key).update(input).digest();
  const der = (pair: Pair): Buffer => pair.publicKey.export({ type: "spki", format: "der" });
  const nothing = (): Buffer => Buffer.alloc(0);
  const zeros = (): Buffer => Buffer.alloc(64);
  const CASES: readonly (readonly [name: string, pair: Pair, make: () => Forgery])[] = [
    ["11: alg none", rsa, () => ({ header: { alg: "none" }, signed: nothing })],
    ["11: alg None", rsa, () => ({ header: { alg: "None" }, signed: nothing })],
    ["11: alg none with a right signature", rsa, () => ({ header: { alg: "none" } })],
    ["11: no signature", rsa, () => ({ signed: nothing })],
    ["11: no alg", rsa, () => ({ header: { alg: undefined } })],
    ["11: alg a list", rsa, () => ({ header: { alg: ["RS256"] } })],
    ["11: alg rs256", rsa, () => ({ header: { alg: "rs256" } })],
    ["11: alg __proto__", rsa, () => ({ header: { alg: "__proto__" } })],
    ["11: HS256 with the PEM", rsa, () => ({ header: { alg: "HS256" }, signed: hmac(pemOf(rsa)) })],
    [
      "11: HS256 with the PEM less its last newline",
      rsa,
      () => ({ header: { alg: "HS256" }, signed: hmac(pemOf(rsa).trim()) }),
    ],
    [
      "11: HS256 with a space before the PEM",
      rsa,
      () => ({ header: { alg: "HS256" }, signed: hmac(` ${pemOf(rsa)}`) }),
    ],
    ["11: HS256 with the DER", rsa, () => ({ header: { alg: "HS256" }, signed: hmac(der(rsa)) })],
    [
      "11: HS256 with the JWK",
      rsa,
      () => ({
        header: { alg: "HS256" },
        signed: hmac(JSON.stringify(rsa.publicKey.export({ format: "jwk" }))),
      }),
    ],
    ["11: an HMAC that calls itself RS256", rsa, () => ({ signed: hmac(pemOf(rsa)) })],
    ["11: HS512 with the PEM", rsa, () => ({ header: { alg: "HS512" }, signed: hmac(pemOf(rsa), "sha512") })],
    [
      "11: PS256 with the RS256 key",
      rsa,
      () => ({
        header: { alg: "PS256" },
        signed: (input) =>
          sign("sha256", input, {
            key: rsa.privateKey,
            padding: constants.RSA_PKCS1_PSS_PADDING,
            saltLength: 32,
          }),
      }),
    ],
    [
      "11: PSS that calls itself RS256",
      rsa,
      () => ({
        signed: (input) =>
          sign("sha256", input, { key: rsa.privateKey, padding: constants.RSA_PKCS1_PSS_PADDING }),
      }),
    ],
    [
      "12: RS384 with a key of 2048 bits",
      rsa,
      () => ({ header: { alg: "RS384" }, signed: (input) => sign("sha384", input, rsa.privateKey) }),
    ],
    ["12: ES256 with r = s = 0", p256, () => ({ header: { alg: "ES256" }, signed: zeros })],
    ["12: ES256 of 63 bytes", p256, () => ({ header: { alg: "ES256" }, signed: () => Buffer.alloc(63, 1) })],
    ["12: an ES256 key as RS256", p256, () => ({ signed: ecSigned })],
    ["a stranger's key", rsa, () => ({ signed: signedBy(strange) })],
    [
      "13: a jwk in the header",
      rsa,
      () => ({
        header: { jwk: strange.publicKey.export({ format: "jwk" }) },
        signed: signedBy(strange),
      }),
    ],
    ...["jku", "x5u", "x5c", "jwk", "crit", "b64", "zip"].map(
      (name) =>
        [
          `13: ${name} beside a right signature`,
          rsa,
          () => ({ header: { [name]: name === "b64" ? false : ["exp"] } }),
        ] as const satisfies (typeof CASES)[number],
    ),
    ["13: kid a number", rsa, () => ({ header: { kid: 5 } })],
    ["14: iss of another", rsa, () => ({ claims: { iss: `${clientId.slice(0, -1)}x` } })],
    ["14: iss missing", rsa, () => ({ claims: { iss: undefined } })],
    ["14: iss a list", rsa, () => ({ claims: { iss: [clientId] } })],
    ["14: sub of another", rsa, () => ({ claims: { sub: "other" } })],
    ["14: sub missing", rsa, () => ({ claims: { sub: undefined } })],
    ["15: exp past", rsa, () => ({ claims: { iat: undefined, exp: nowSeconds() - 61 } })],
    ["15: exp missing", rsa, () => ({ claims: { exp: undefined } })],
    ["15: exp a text", rsa, () => ({ claims: { exp: String(nowSeconds() + 60) } })],
    ["15: exp in ten years", rsa, () => ({ claims: { exp: nowSeconds() + 315_360_000 } })],
    ["15: exp in ten years without iat", rsa, () => ({ claims: { iat: undefined, exp: 4e9 } })],
    ["15: exp beyond numbers", rsa, () => ({ claims: { exp: 1e300 } })],
    ["15: an hour and a second", rsa, () => ({ claims: { iat: nowSeconds(), exp: nowSeconds() + 3_601 } })],
    ["15: iat in the future", rsa, () => ({ claims: { iat: nowSeconds() + 70 } })],
    ["15: iat a text", rsa, () => ({ claims: { iat: "now" } })],
    ["15: nbf in the future", rsa, () => ({ claims: { nbf: nowSeconds() + 70 } })],
    ["15: exp before iat", rsa, () => ({ claims: { iat: nowSeconds(), exp: nowSeconds() - 10 } })],
    ["16: aud of another", rsa, () => ({ claims: { aud: "https://other.example/api/oauth/token" } })],
    ["16: aud empty", rsa, () => ({ claims: { aud: [] } })],
    ["16: aud with a number", rsa, () => ({ claims: { aud: [stack.url, 5] } })],
    ["17: jti a number", rsa, () => ({ claims: { jti: 5 } })],
    ["17: jti endless", rsa, () => ({ claims: { jti: "x".repeat(256) } })],
  ];

  test.each(CASES)("%s", async (_name, pair, make) => {
    await freshClient(pair);
    expectRefused(await exchange(jwt(make())));
    const isRsa = pair === rsa;
    const right = isRsa ? jwt() : jwt({ header: { alg: "ES256" }, signed: ecSigned });
    expect((await exchange(right)).status).toBe(200);
  });

  test("an assertion for another project's client of the same key stays there", async () => {
    await freshClient();
    const other = await stack.createProject();
    const moved = clientId.replace(/^ccl_\d+_/, `ccl_${other.id}_`);
    expectRefused(await exchange(jwt({ claims: { iss: moved, sub: moved } })));
    expectRefused(await exchange(jwt(), { client_id: moved }));
  });

  test("an unknown client and a wrong signature look alike", async () => {
    await freshClient();
    const unknown = await exchange(jwt({ claims: { iss: "ccl_1_000000000000000000000000" } }));
    const wrong = await exchange(jwt({ signed: signedBy(strange) }));
    expect(unknown.body).toEqual(wrong.body);
  });

  test("row 8: a client of keys only uses a secret", async () => {
    await freshClient();
    const request = { grant_type: "client_credentials", client_id: clientId, client_secret: "x" };
    expectRefused(await askToken(stack, request), "unauthorized_client");
  });
});
