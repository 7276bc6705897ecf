import { execFileSync, spawnSync } from "node:child_process";
import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type KeyUpload,
  parseClientName,
  projectOfAccessToken,
  projectOfClientId,
  readUploadedKey,
} from "./client.ts";

const NOW = Date.now();
const DAY = 86_400_000;
const spki = (key: KeyObject): string => key.export({ type: "spki", format: "pem" }).toString();
const rsa = (bits: number, publicExponent = 65_537): KeyObject =>
  generateKeyPairSync("rsa", { modulusLength: bits, publicExponent }).publicKey;
const ec = (namedCurve: string): KeyObject => generateKeyPairSync("ec", { namedCurve }).publicKey;
const read = (pem: unknown, more: Partial<KeyUpload> = {}) =>
  readUploadedKey({ pem, validUntilMs: NOW + DAY, nowMs: NOW, ...more });

const rsa2048 = rsa(2_048);

describe("public keys", () => {
  test.each([
    ["prime256v1", "ES256"],
    ["secp384r1", "ES384"],
    ["secp521r1", "ES512"],
  ])("%s is bound to %s", (curve, algorithm) => {
    expect(read(spki(ec(curve)))).toMatchObject({ ok: true, value: { algorithm, kind: "public_key" } });
    const other = algorithm === "ES256" ? "ES384" : "ES256";
    expect(read(spki(ec(curve)), { algorithm: other })).toMatchObject({
      ok: false,
      error: { field: "algorithm" },
    });
  });

  test("RSA is RS256 unless told otherwise, and each algorithm has its floor", () => {
    const pem = spki(rsa2048);
    expect(read(pem)).toMatchObject({ ok: true, value: { algorithm: "RS256", validUntilMs: NOW + DAY } });
    for (const algorithm of ["RS384", "RS512", "ES256", "HS256", "none", "PS256", 5, ["RS256"]])
      expect(read(pem, { algorithm })).toMatchObject({ ok: false, error: { field: "algorithm" } });
    const pem4096 = spki(rsa(4_096));
    expect(read(pem4096, { algorithm: "RS384" })).toMatchObject({ ok: true, value: { algorithm: "RS384" } });
    expect(read(pem4096, { algorithm: "RS512" })).toMatchObject({ ok: false });
  });

  const jwk = rsa2048.export({ format: "jwk" });
  const withExponent = (e: string): string => spki(createPublicKey({ key: { ...jwk, e }, format: "jwk" }));
  const pair = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const rsaPair = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const REFUSED: readonly (readonly [name: string, pem: unknown, reason: RegExp])[] = [
    ["nothing", "", /blank/],
    ["a number", 5, /blank/],
    ["1024-bit RSA", spki(rsa(1_024)), /1024 bits/],
    ["RSA with e = 1", withExponent("AQ"), /exponent/],
    ["RSA with e = 3", withExponent("Aw"), /exponent/],
    ["RSA with an even e", withExponent("AQAC"), /exponent/],
    ["P-192", spki(ec("prime192v1")), /curves/],
    ["P-224", spki(ec("secp224r1")), /curves/],
    ["secp256k1", spki(ec("secp256k1")), /curves/],
    ["Ed25519", spki(generateKeyPairSync("ed25519").publicKey), /RSA key or/],
    ["RSA-PSS", spki(generateKeyPairSync("rsa-pss", { modulusLength: 2_048 }).publicKey), /RSA key or/],
    ["PKCS#1", rsa2048.export({ type: "pkcs1", format: "pem" }), /PKCS#1/],
    ["two keys", spki(rsa2048) + spki(pair.publicKey), /more than one/],
    ["text behind the key", `${spki(rsa2048)}and more`, /must be an X.509/],
    ["text before the key", `Key: ${spki(rsa2048)}`, /must be an X.509/],
    ["broken base64", spki(rsa2048).replace("MII", "AAA"), /cannot be read|can be read/],
    ["a key without its end", spki(rsa2048).slice(0, 200), /must be an X.509/],
    ["8 MB", `-----BEGIN PUBLIC KEY-----\n${"A".repeat(8_000_000)}\n-----END PUBLIC KEY-----`, /at most/],
    [
      "a PKCS#8 private key",
      pair.privateKey.export({ type: "pkcs8", format: "pem" }),
      /private key.*exposed/,
    ],
    ["a SEC1 private key", pair.privateKey.export({ type: "sec1", format: "pem" }), /private key.*exposed/],
    ["a PKCS#1 private key", rsaPair.privateKey.export({ type: "pkcs1", format: "pem" }), /exposed/],
    [
      "an encrypted private key",
      pair.privateKey.export({ type: "pkcs8", format: "pem", cipher: "aes-128-cbc", passphrase: "x" }),
      /exposed/,
    ],
    [
      "a public key with its private one behind it",
      spki(pair.publicKey) + pair.privateKey.export({ type: "pkcs8", format: "pem" }),
      /exposed/,
    ],
  ];

  test.each(REFUSED)("%s is refused", (_name, pem, reason) => {
    const answer = read(pem);
    expect(answer).toMatchObject({ ok: false, error: { field: "pem" } });
    if (!answer.ok) {
      expect(answer.error.predicate).toMatch(reason);
      expect(answer.error.predicate).not.toContain("MII");
    }
  });

  test("an end must be given, in the future", () => {
    for (const validUntilMs of [undefined, NOW, NOW - 1])
      expect(read(spki(rsa2048), { validUntilMs })).toMatchObject({
        ok: false,
        error: { field: "valid_until" },
      });
  });
});

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;
if (!hasOpenssl) console.log("SKIPPED: no openssl on this machine, so no certificate was made and read.");

describe.skipIf(!hasOpenssl)("certificates", () => {
  const dir = mkdtempSync(join(tmpdir(), "client-test-"));
  const made = new Map<string, string>();
  const certificate = (name: string, key: string[]): string => {
    const path = join(dir, `${name}.pem`);
    const out = ["-keyout", join(dir, "key.pem"), "-out", path, "-days", "2", "-subj", "/CN=test"];
    execFileSync("openssl", ["req", "-x509", "-noenc", ...key, ...out], { stdio: "ignore" });
    return readFileSync(path, "utf8");
  };
  beforeAll(() => {
    made.set("ec", certificate("ec", ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]));
    made.set("weak", certificate("weak", ["-newkey", "rsa:1024"]));
  });
  afterAll(() => rmSync(dir, { recursive: true }));
  const pem = (name: string): string => made.get(name) ?? "";
  const readCertificate = (text: string, more: Partial<KeyUpload> = {}) =>
    readUploadedKey({ pem: text, nowMs: Date.now(), ...more });

  test("the period is read from it", () => {
    const answer = readCertificate(pem("ec"));
    expect(answer).toMatchObject({ ok: true, value: { kind: "certificate", algorithm: "ES256" } });
    // openssl asks for the time once for each end, and a second may begin in between.
    if (answer.ok)
      expect([2 * DAY, 2 * DAY + 1_000]).toContain(
        answer.value.validUntilMs - (answer.value.validFromMs ?? 0),
      );
  });

  test("one that has expired, is not valid yet, is weak, is two or is given an end is refused", () => {
    const reason = (answer: ReturnType<typeof readCertificate>) => (answer.ok ? "" : answer.error.predicate);
    expect(reason(readCertificate(pem("ec"), { nowMs: Date.now() + 3 * DAY }))).toMatch(/expired/);
    expect(reason(readCertificate(pem("ec"), { nowMs: Date.now() - DAY }))).toMatch(/not valid yet/);
    expect(reason(readCertificate(pem("weak")))).toMatch(/1024 bits/);
    expect(reason(readCertificate(pem("ec") + pem("ec")))).toMatch(/more than one/);
    expect(reason(readCertificate(pem("ec"), { validUntilMs: NOW + DAY }))).toMatch(/read from/);
  });
});

test("ids and tokens name their project, or nothing", () => {
  expect(projectOfClientId(`ccl_7_${"a".repeat(24)}`)).toBe(7);
  expect(projectOfAccessToken("cat_2147483647_abc")).toBe(2_147_483_647);
  for (const wrong of [
    "",
    "ccl_0_",
    `ccl_07_${"a".repeat(24)}`,
    `ccl_7_${"a".repeat(25)}`,
    `ccl_7_${"g".repeat(24)}`,
  ])
    expect(projectOfClientId(wrong)).toBeNull();
  for (const wrong of [
    "cat_0_a",
    "cat_2147483648_a",
    "cat_7_",
    "cat_7_a b",
    "crl_abc",
    "cat_-1_a",
    "cat_1e3_a",
  ])
    expect(projectOfAccessToken(wrong)).toBeNull();
});

test("names of clients", () => {
  expect(parseClientName(" CRM ")).toEqual({ ok: true, value: "CRM" });
  for (const wrong of [undefined, null, "", "  ", 5, "x".repeat(101), "a\u0000b"])
    expect(parseClientName(wrong).ok).toBe(false);
});
