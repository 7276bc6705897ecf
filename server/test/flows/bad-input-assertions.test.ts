/**
 * Wrong and forged assertions (bad-input catalogue 4.5, rows 8 and 10 to 19), made with node:crypto: each is refused and
 * changes nothing, and the right one that differs in the forged part only is taken.
 */
import { constants, createHmac, createPublicKey, generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, test } from "vitest";
import { openDoor } from "../bad-input.ts";
import type { Answered } from "../stack.ts";
import { asAdmin, askToken } from "./oauth-admin.ts";
import {
  ecSigned,
  encoded,
  exchangeAt,
  expectRefused,
  type Forgery,
  JWT_BEARER,
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

const door = openDoor();
let clientId: string;

/** A fresh client each: wrong tries are counted. */
async function freshClient(pair: Pair = rsa): Promise<void> {
  ({ id: clientId } = await makeKeyClient(door.stack, pair));
}

const jwt = (forgery: Forgery = {}): string => jwtOf(clientId, forgery);
const exchange = (assertion: string, more: Record<string, string> = {}): Promise<Answered> =>
  exchangeAt(door, assertion, more);

/** Refused, with no table changed. */
async function refuses(
  assertion: string,
  error = "invalid_grant",
  more: Record<string, string> = {},
): Promise<Answered> {
  const answer = await door.unchanged(() => exchange(assertion, more));
  expectRefused(answer, error);
  return answer;
}

describe("forgeries", () => {
  const hmac =
    (key: string | Buffer, hash = "sha256") =>
    (input: Buffer): Buffer =>
      createHmac(hash, key).update(input).digest();
  const der = (pair: Pair): Buffer => pair.publicKey.export({ type: "spki", format: "der" });
  const nothing = (): Buffer => Buffer.alloc(0);
  const zeros = (): Buffer => Buffer.alloc(64);
  // Times ahead are far beyond the minute that clocks may differ: some of it passes before the server looks.
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
    [
      "12: ES256 as DER",
      p256,
      () => ({ header: { alg: "ES256" }, signed: (input) => sign("sha256", input, p256.privateKey) }),
    ],
    [
      "13: a kid that is a path and a stranger's key",
      rsa,
      () => ({ header: { kid: "../../x" }, signed: signedBy(strange) }),
    ],
    [
      "13: a kid that is SQL and a stranger's key",
      rsa,
      () => ({ header: { kid: "' or 1=1" }, signed: signedBy(strange) }),
    ],
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
    ["15: iat in the future", rsa, () => ({ claims: { iat: nowSeconds() + 240 } })],
    ["15: iat a text", rsa, () => ({ claims: { iat: "now" } })],
    ["15: nbf in the future", rsa, () => ({ claims: { nbf: nowSeconds() + 240 } })],
    ["15: exp before iat", rsa, () => ({ claims: { iat: nowSeconds(), exp: nowSeconds() - 10 } })],
    ["16: aud of another", rsa, () => ({ claims: { aud: "https://other.example/api/oauth/token" } })],
    ["16: aud empty", rsa, () => ({ claims: { aud: [] } })],
    ["16: aud with a number", rsa, () => ({ claims: { aud: [door.url, 5] } })],
    ["17: jti a number", rsa, () => ({ claims: { jti: 5 } })],
    ["17: jti endless", rsa, () => ({ claims: { jti: "x".repeat(256) } })],
  ];

  test.each(CASES)("%s", async (_name, pair, make) => {
    await freshClient(pair);
    await refuses(jwt(make()));
    const isRsa = pair === rsa;
    const right = isRsa ? jwt() : jwt({ header: { alg: "ES256" }, signed: ecSigned });
    expect((await exchange(right)).status).toBe(200);
  });

  test("an assertion for another project's client of the same key stays there", async () => {
    await freshClient();
    const other = await door.stack.createProject();
    const moved = clientId.replace(/^ccl_\d+_/, `ccl_${other.id}_`);
    await refuses(jwt({ claims: { iss: moved, sub: moved } }));
    await refuses(jwt(), "invalid_grant", { client_id: moved });
  });

  test("an unknown client and a wrong signature look alike", async () => {
    await freshClient();
    const unknown = await refuses(jwt({ claims: { iss: "ccl_1_000000000000000000000000" } }));
    const wrong = await refuses(jwt({ signed: signedBy(strange) }));
    expect(unknown.body).toEqual(wrong.body);
  });

  test("row 8: a client of keys only uses a secret", async () => {
    await freshClient();
    const request = { grant_type: "client_credentials", client_id: clientId, client_secret: "x" };
    expectRefused(await door.unchanged(() => askToken(door, request)), "unauthorized_client");
  });
});

describe("10: what is no assertion", () => {
  const CASES: readonly (readonly [name: string, make: () => string])[] = [
    ["blank", () => ""],
    ["two parts", () => jwt().split(".").slice(0, 2).join(".")],
    ["four parts", () => `${jwt()}.x`],
    ["five parts", () => `${jwt()}.x.x`],
    ["padded", () => `${jwt()}=`],
    ["not base64url", () => jwt().replace(".", "!.")],
    ["a space within", () => jwt().replace(".", " .")],
    ["claims that are a list", () => `${encoded({ alg: "RS256" })}.${encoded([1])}.AAAA`],
    ["a header that is no JSON", () => `AAAA.${encoded({})}.AAAA`],
  ];

  test("by its form", async () => {
    await freshClient();
    for (const [, make] of CASES) await refuses(make(), "invalid_request");
  });

  test("left out, too large, with a secret, or under the other grant", async () => {
    await freshClient();
    const REQUESTS = [
      { grant_type: JWT_BEARER },
      { grant_type: JWT_BEARER, assertion: jwt(), client_secret: "x" },
      { grant_type: "client_credentials", assertion: jwt() },
    ];
    for (const request of REQUESTS)
      expectRefused(
        await door.unchanged(() => askToken(door, request as Record<string, string>)),
        "invalid_request",
      );
    for (const length of [16_385, 102_400])
      expect((await door.unchanged(() => exchange("x".repeat(length)))).status).toBe(413);
  });
});

describe("17 and 18: assertions that were good once", () => {
  test("17: a second time, with jti and where jti is required", async () => {
    await freshClient();
    const assertion = jwt();
    expect((await exchange(assertion)).status).toBe(200);
    await refuses(assertion);
    await asAdmin(door.stack, `PATCH /clients/${clientId}`, { require_jti: true });
    await refuses(jwt({ claims: { jti: undefined } }));
  });

  test("18: with a certificate or key that has ended since", async () => {
    await freshClient();
    for (const [kind, says] of [
      ["certificate", "The certificate has expired."],
      ["public_key", "The public key has expired."],
    ] as const) {
      await door.stack
        .owner`update client_keys set valid_until = now(), kind = ${kind} where client_id = ${clientId}`;
      const answer = await refuses(jwt());
      expect(answer.body.error_description).toBe(says);
    }
    // Whoever lacks the key does not learn of its end.
    const forged = await refuses(jwt({ signed: signedBy(strange) }));
    expect(forged.body.error_description).toBe("The assertion is not valid.");
  });
});

describe("19: what is no key", () => {
  const spki = (key: Parameters<typeof createPublicKey>[0]): string =>
    createPublicKey(key).export({ type: "spki", format: "pem" }).toString();
  const jwk = rsa.publicKey.export({ format: "jwk" });
  const KEYS: readonly (readonly [name: string, pem: () => string, says: RegExp])[] = [
    ["1024-bit RSA", () => pemOf(generateKeyPairSync("rsa", { modulusLength: 1_024 })), /1024 bits/],
    ["P-192", () => pemOf(generateKeyPairSync("ec", { namedCurve: "prime192v1" })), /curves/],
    ["RSA with e = 1", () => spki({ key: { ...jwk, e: "AQ" }, format: "jwk" }), /exponent/],
    ["PKCS#1", () => rsa.publicKey.export({ type: "pkcs1", format: "pem" }).toString(), /PKCS#1/],
    ["two keys", () => pemOf(rsa) + pemOf(p256), /more than one/],
    [
      "a private key",
      () => p256.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      /private key.*exposed/,
    ],
  ];

  test.each(KEYS)("%s", async (_name, pem, says) => {
    await freshClient();
    const key = { pem: pem(), valid_until: nowSeconds() + 86_400 };
    const { status, body } = await door.unchanged(() => asAdmin(door, `POST /clients/${clientId}/keys`, key));
    expect([status, Object.keys(body.error.errors)]).toEqual([400, ["pem"]]);
    expect(body.error.errors.pem[0]).toMatch(says);
    expect(JSON.stringify(body)).not.toContain("MII");
  });

  test("one of 8 MB", async () => {
    await freshClient();
    const pem = `-----BEGIN PUBLIC KEY-----\n${"A".repeat(8_000_000)}\n-----END PUBLIC KEY-----`;
    const { status } = await door.unchanged(() => asAdmin(door, `POST /clients/${clientId}/keys`, { pem }));
    expect(status).toBe(413);
  });
});
