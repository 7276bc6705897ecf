import { expect, test } from "vitest";
import { newTotpSecret, totpStep, totpUri } from "./totp.ts";

/** RFC 6238, appendix B: the ASCII text 12345678901234567890, and the last six digits of its SHA-1 column. */
const SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

test.each([
  [59, "287082"],
  [1_111_111_109, "081804"],
  [1_234_567_890, "005924"],
  [20_000_000_000, "353130"],
])("the standard's own code at %d is taken", (seconds, code) => {
  expect(totpStep(SECRET, code, seconds * 1000)).toBe(Math.floor(seconds / 30));
});

test("a code is good one step early and late, with its own step; not two, and no other text is", () => {
  const at = 1_111_111_109;
  const step = Math.floor(at / 30);
  expect(totpStep(SECRET, "081804", (at + 30) * 1000)).toBe(step);
  expect(totpStep(SECRET, "081804", (at - 30) * 1000)).toBe(step);
  expect(totpStep(SECRET, "081804", (at + 61) * 1000)).toBeNull();
  for (const code of ["81804", " 081804", "0818040", "", "08180a"])
    expect(totpStep(SECRET, code, at * 1000)).toBeNull();
});

test("a new secret carries 160 bits and goes into the app's address", () => {
  const secret = newTotpSecret();
  expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  expect(newTotpSecret()).not.toBe(secret);
  const uri = new URL(totpUri(secret, { issuer: "Carillon", account: "a&b@example.org" }));
  expect([uri.protocol, uri.searchParams.get("secret")]).toEqual(["otpauth:", secret]);
  expect(uri.searchParams.get("issuer")).toBe("Carillon");
});
