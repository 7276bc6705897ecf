import { generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, test } from "vitest";
import { isSignedBy, judgeClaims, readAssertion } from "./assertion.ts";

const NOW = 1_800_000_000;
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const pair = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
const key = { algorithm: "ES256", spki: pair.publicKey.export({ type: "spki", format: "pem" }).toString() };

function signed(header: object, claims: object): string {
  const input = `${part(header)}.${part(claims)}`;
  const how = { key: pair.privateKey, dsaEncoding: "ieee-p1363" as const };
  return `${input}.${sign("sha256", Buffer.from(input), how).toString("base64url")}`;
}

const judge = (claims: Record<string, unknown>) =>
  judgeClaims(claims, { clientId: "c", audiences: ["https://a.example"], nowMs: NOW * 1000 });
const RIGHT = { iss: "c", sub: "c", iat: NOW, exp: NOW + 60 };

test("a signature counts by the key's algorithm, and any changed bit spoils it", () => {
  const text = signed({ alg: "ES256" }, RIGHT);
  const read = readAssertion(text);
  if (!read.ok) throw new Error(read.error.reason);
  expect(isSignedBy(read.value, key)).toBe(true);
  expect(isSignedBy(read.value, { ...key, algorithm: "ES384" })).toBe(false);
  expect(isSignedBy({ ...read.value, alg: "constructor" }, { ...key, algorithm: "constructor" })).toBe(false);
  for (let at = 0; at < 64; at += 7) {
    const signature = Buffer.from(read.value.signature);
    signature[at]! ^= 1;
    expect(isSignedBy({ ...read.value, signature }, key)).toBe(false);
  }
  expect(isSignedBy({ ...read.value, signingInput: `${read.value.signingInput}A` }, key)).toBe(false);
});

test("only the canonical writing of base64url is read", () => {
  const text = signed({ alg: "ES256" }, RIGHT);
  expect(readAssertion(text).ok).toBe(true);
  // 64 bytes leave four unused bits in the last character: another one there decodes to the same bytes.
  const twin = `${text.slice(0, -1)}${String.fromCharCode(text.charCodeAt(text.length - 1) + 1)}`;
  expect(Buffer.from(twin.split(".")[2]!, "base64url")).toEqual(
    Buffer.from(text.split(".")[2]!, "base64url"),
  );
  for (const wrong of [twin, `${text}==`, text.replaceAll("_", "/"), `${text}\n`, ""]) {
    if (wrong === text) continue;
    expect(readAssertion(wrong)).toMatchObject({ ok: false, error: { kind: "form" } });
  }
});

describe("times, to the second", () => {
  test.each([
    [{ exp: NOW - 60, iat: undefined }, true],
    [{ exp: NOW - 61, iat: undefined }, false],
    [{ iat: NOW + 60, exp: NOW + 100 }, true],
    [{ iat: NOW + 61, exp: NOW + 100 }, false],
    [{ nbf: NOW + 60 }, true],
    [{ nbf: NOW + 61 }, false],
    [{ exp: NOW + 3_600 }, true],
    [{ exp: NOW + 3_601 }, false],
    [{ exp: NOW + 3_660, iat: undefined }, true],
    [{ exp: NOW + 3_661, iat: undefined }, false],
    [{ iat: NOW, exp: NOW }, false],
    [{ exp: Number.NaN }, false],
    [{ exp: -1 }, false],
    [{ exp: null }, false],
  ])("%j: %s", (claims, isRight) => {
    expect(judge({ ...RIGHT, ...claims }).ok).toBe(isRight);
  });
});

test("iss, sub and aud are exact", () => {
  expect(judge({ ...RIGHT, aud: ["x", "https://a.example"] }).ok).toBe(true);
  for (const claims of [
    { iss: "C" },
    { sub: "c " },
    { aud: "https://a.example.evil" },
    { aud: null },
    { aud: {} },
  ])
    expect(judge({ ...RIGHT, ...claims }).ok).toBe(false);
});
