import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import {
  constantTimeEqual,
  hashPassword,
  hasValidChecksum,
  open,
  randomToken,
  type SealingKey,
  seal,
  sha256,
  verifyPassword,
} from "./crypto.ts";

const key: SealingKey = { id: 7, bytes: createHash("sha256").update("test key").digest() };

test("sha256 is the published one (FIPS 180-4 example, abc)", () => {
  expect(sha256("abc").toString("hex")).toBe(
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
});

test("constantTimeEqual compares content, also of unequal lengths", () => {
  expect(constantTimeEqual("secret", "secret")).toBe(true);
  expect(constantTimeEqual("secret", "secres")).toBe(false);
  expect(constantTimeEqual("secret", "secret ")).toBe(false);
  expect(constantTimeEqual("", "")).toBe(true);
});

test("tokens are recognisable, fixed in length, different, and pass their own check", () => {
  const tokens = Array.from({ length: 200 }, () => randomToken("crl_"));
  for (const token of tokens) {
    expect(token).toMatch(/^crl_[0-9A-Za-z]{49}$/);
    expect(hasValidChecksum(token)).toBe(true);
  }
  expect(new Set(tokens).size).toBe(200);
});

test("one changed, missing or swapped character fails the check", () => {
  const token = randomToken("crl_");
  for (let at = 0; at < token.length; at += 1) {
    const other = token[at] === "x" ? "y" : "x";
    expect(hasValidChecksum(token.slice(0, at) + other + token.slice(at + 1)), `at ${at}`).toBe(false);
    expect(hasValidChecksum(token.slice(0, at) + token.slice(at + 1)), `without ${at}`).toBe(false);
  }
  expect(hasValidChecksum("")).toBe(false);
  expect(hasValidChecksum("x".repeat(1_000_000))).toBe(false);
});

test("a sealed value opens with its key and context, and never looks the same twice", () => {
  const text = "token with ünïcode 🔔";
  const one = seal(key, text, "project:1");
  const two = seal(key, text, "project:1");
  expect(one.equals(two)).toBe(false);
  expect(open(key, one, "project:1")).toEqual({ ok: true, value: text });
  expect(open(key, two, "project:1")).toEqual({ ok: true, value: text });
  expect(open(key, seal(key, "", "c"), "c")).toEqual({ ok: true, value: "" });
});

test("a sealed value does not open elsewhere", () => {
  const sealed = seal(key, "secret", "project:1");
  expect(open(key, sealed, "project:2")).toEqual({ ok: false, error: "damaged" });
  expect(open({ ...key, id: 8 }, sealed, "project:1")).toEqual({ ok: false, error: "other_key" });
  expect(open({ ...key, bytes: sha256("another") }, sealed, "project:1")).toEqual({
    ok: false,
    error: "damaged",
  });
});

test("any flipped bit and any cut is found", () => {
  const sealed = seal(key, "secret", "project:1");
  for (let at = 0; at < sealed.length; at += 1) {
    const changed = Buffer.from(sealed);
    changed[at] = sealed[at]! ^ 1;
    expect(open(key, changed, "project:1").ok, `byte ${at}`).toBe(false);
    expect(open(key, sealed.subarray(0, at), "project:1").ok, `cut at ${at}`).toBe(false);
  }
});

test("passwords: argon2id, salted, right and wrong", async () => {
  const stored = await hashPassword("correct horse");
  expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await hashPassword("correct horse")).not.toBe(stored);
  expect(await verifyPassword(stored, "correct horse")).toBe(true);
  expect(await verifyPassword(stored, "correct horsf")).toBe(false);
  expect(await verifyPassword("not a hash", "correct horse")).toBe(false);
});
