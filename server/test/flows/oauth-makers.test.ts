/**
 * Assertions as other people make them: keys, certificates and signatures by jose and by the openssl command, in
 * every algorithm (reliability battery, F5). What is refused stands in bad-input-token.test.ts and
 * bad-input-assertions.test.ts.
 */
import { execFileSync } from "node:child_process";
import { generateKeyPair, type KeyObject } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Stack, startStack } from "../stack.ts";
import { largeKey } from "./large-key.ts";
import { asAdmin, callWith, makeBareClient } from "./oauth-admin.ts";
import { encoded, exchangeAt, nowSeconds, type Pair, pemOf } from "./oauth-jwt.ts";

let stack: Stack;
let folder: string;

beforeAll(async () => {
  stack = await startStack({ workers: 0 });
  folder = mkdtempSync(join(tmpdir(), "carillon-makers-"));
});
afterAll(async () => {
  await stack.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Bits of an RSA key, or a curve and the bytes of one of a signature's two numbers. */
const ALGORITHMS = [
  { alg: "RS256", bits: 2_048 },
  { alg: "RS384", bits: 4_096 },
  // The floor of RS512 is 8,192 bits.
  { alg: "RS512", bits: 8_192 },
  { alg: "ES256", curve: "prime256v1", bytes: 32 },
  { alg: "ES384", curve: "secp384r1", bytes: 48 },
  { alg: "ES512", curve: "secp521r1", bytes: 66 },
] as const;
type Algorithm = (typeof ALGORITHMS)[number];

async function makePair(algorithm: Algorithm): Promise<Pair> {
  if (!("bits" in algorithm)) return await promisify(generateKeyPair)("ec", { namedCurve: algorithm.curve });
  if (algorithm.bits === 8_192) return largeKey();
  return await promisify(generateKeyPair)("rsa", { modulusLength: algorithm.bits });
}

const pairs = new Map<string, Promise<Pair>>();
function pairOf(algorithm: Algorithm): Promise<Pair> {
  const known = pairs.get(algorithm.alg) ?? makePair(algorithm);
  pairs.set(algorithm.alg, known);
  return known;
}

/** A client that has this key, public or in a certificate. @returns its id. */
async function clientWith(key: Readonly<Record<string, unknown>>): Promise<string> {
  const { id } = await makeBareClient(stack, ["list"]);
  const { status, body } = await asAdmin(stack, `POST /clients/${id}/keys`, key);
  expect([status, body.error]).toEqual([201, undefined]);
  return id;
}

async function expectTaken(assertion: string): Promise<void> {
  const { status, body } = await exchangeAt(stack, assertion);
  expect([status, body.error_description]).toEqual([200, undefined]);
  expect((await callWith(stack, body.access_token, { path: "list/campaign" })).status).toBe(200);
}

/** Changes one character in the middle of the signature. */
const tampered = (assertion: string): string => {
  const at = assertion.lastIndexOf(".") + 20;
  return assertion.slice(0, at) + (assertion[at] === "A" ? "B" : "A") + assertion.slice(at + 1);
};

describe("jose", () => {
  test.each(ALGORITHMS)("$alg", async (algorithm) => {
    const { alg } = algorithm;
    const pair = await pairOf(algorithm);
    const id = await clientWith({ pem: pemOf(pair), algorithm: alg, valid_until: nowSeconds() + 3_600 });
    const signed = (key: KeyObject): Promise<string> =>
      new SignJWT({ jti: crypto.randomUUID() })
        .setProtectedHeader({ alg, typ: "JWT" })
        .setIssuer(id)
        .setSubject(id)
        .setAudience(`${stack.url}/api/oauth/token`)
        .setIssuedAt()
        .setExpirationTime("5m")
        .sign(key);
    const assertion = await signed(pair.privateKey);
    expect((await exchangeAt(stack, tampered(assertion))).body.error).toBe("invalid_grant");
    await expectTaken(assertion);
  });
});

function hasOpenssl(): boolean {
  try {
    execFileSync("openssl", ["version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

const openssl = (args: readonly string[], input?: string): Buffer =>
  execFileSync("openssl", args, {
    ...(input === undefined ? {} : { input }),
    stdio: ["pipe", "pipe", "ignore"],
  });

/** The two numbers of an ECDSA signature as openssl writes them (DER), put side by side as JWS has them (RFC 7518). */
function sideBySide(der: Buffer, bytes: number): Buffer {
  // SEQUENCE, whose length takes two bytes above 127; then INTEGER, length, value, twice.
  let at = (der[1] ?? 0) > 127 ? 3 : 2;
  const numbers = [0, 1].map(() => {
    const length = der[at + 1] ?? 0;
    const value = der.subarray(at + 2, at + 2 + length);
    at += 2 + length;
    const bare = value.length > bytes ? value.subarray(value.length - bytes) : value;
    return Buffer.concat([Buffer.alloc(bytes - bare.length), bare]);
  });
  return Buffer.concat(numbers);
}

describe.skipIf(!hasOpenssl())("openssl", () => {
  test.each(ALGORITHMS)("$alg, as a certificate", async (algorithm) => {
    const { alg } = algorithm;
    const { privateKey } = await pairOf(algorithm);
    const keyFile = join(folder, `${alg}.pem`);
    writeFileSync(keyFile, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
    const request = ["req", "-x509", "-new", "-key", keyFile, "-days", "2", "-subj", "/CN=test"];
    const id = await clientWith({ pem: openssl(request).toString(), algorithm: alg });
    const claims = { iss: id, sub: id, iat: nowSeconds(), exp: nowSeconds() + 300, jti: crypto.randomUUID() };
    const input = `${encoded({ alg })}.${encoded(claims)}`;
    const raw = openssl(["dgst", `-sha${alg.slice(2)}`, "-sign", keyFile], input);
    const signature = "bytes" in algorithm ? sideBySide(raw, algorithm.bytes) : raw;
    const assertion = `${input}.${signature.toString("base64url")}`;
    expect((await exchangeAt(stack, tampered(assertion))).body.error).toBe("invalid_grant");
    await expectTaken(assertion);
  });
});
