/**
 * JWT assertions (RFC 7523): read strictly, verified with the algorithm of the stored key, judged against a given
 * time. The header chooses nothing: its `alg` must repeat what the key says, and a key inside it is refused.
 */
import { createPublicKey, verify } from "node:crypto";
import { fail, ok, type Result } from "../base/result.ts";
import type { KeyAlgorithm } from "./client.ts";
import { isRecord } from "./field-label.ts";

export interface Assertion {
  readonly alg: unknown;
  readonly kid: string | undefined;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly signingInput: string;
  readonly signature: Buffer;
}

/** Above it the whole request is too large (bad-input catalogue 4.5, row 10). */
export const MAX_ASSERTION = 16_384;
/** An assertion is good for so long at the most, and clocks may differ by so much (row 15). */
const MAX_LIFETIME_SECONDS = 3_600;
const SKEW_SECONDS = 60;
const MAX_JTI = 255;

/** `form`: no assertion at all (`invalid_request`). `header`: one that we never take (`invalid_grant`). */
export interface AssertionFault {
  readonly kind: "form" | "header";
  readonly reason: string;
}

/**
 * Members of a header that bring a key, demand what we do not know, or change what is signed: JOSE's `jwk`, `jku`,
 * `x5c`, `x5u` (RFC 7515, 4.1), `crit` (4.1.11), `b64` (RFC 7797) and `zip` (RFC 7516, 4.1.3).
 */
const REFUSED_HEADERS = ["jwk", "jku", "x5c", "x5u", "crit", "b64", "zip"];

/** The bytes of a base64url part; null unless it is written in the one canonical way, without padding. */
function decodePart(part: string): Buffer | null {
  const bytes = Buffer.from(part, "base64url");
  return part !== "" && bytes.toString("base64url") === part ? bytes : null;
}

function decodeObject(part: string): Record<string, unknown> | null {
  const bytes = decodePart(part);
  if (bytes === null) return null;
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

/** Takes an assertion apart. Nothing in it is to be believed before `isSignedBy` said so. */
export function readAssertion(text: string): Result<Assertion, AssertionFault> {
  const parts = text.split(".");
  const [head = "", body = "", tail = ""] = parts;
  const [header, claims] = [decodeObject(head), decodeObject(body)];
  // "" is the signature of `alg: none`: a JWT by form, and refused like every other algorithm that is not ours.
  const signature = tail === "" ? Buffer.alloc(0) : decodePart(tail);
  if (parts.length !== 3 || header === null || claims === null || signature === null)
    return fail({ kind: "form", reason: "The assertion is not a signed JWT in compact form." });
  const refused = REFUSED_HEADERS.find((name) => Object.hasOwn(header, name));
  if (refused !== undefined)
    return fail({ kind: "header", reason: `The assertion's header must not hold ${refused}.` });
  const { alg, kid } = header;
  if (kid !== undefined && typeof kid !== "string")
    return fail({ kind: "header", reason: "The assertion's kid must be text." });
  return ok({ alg, kid, claims, signature, signingInput: `${head}.${body}` });
}

export interface VerificationKey {
  readonly algorithm: string;
  /** PEM */
  readonly spki: string;
}

/** RFC 7518, 3.3 and 3.4. `rawBytes`: both numbers of an ECDSA signature side by side; DER is refused. */
const METHODS: Readonly<Record<KeyAlgorithm, { hash: string; rawBytes?: number }>> = {
  RS256: { hash: "sha256" },
  RS384: { hash: "sha384" },
  RS512: { hash: "sha512" },
  ES256: { hash: "sha256", rawBytes: 64 },
  ES384: { hash: "sha384", rawBytes: 96 },
  ES512: { hash: "sha512", rawBytes: 132 },
};

/** Was the assertion signed with this key, by this key's own algorithm? */
export function isSignedBy(assertion: Assertion, key: VerificationKey): boolean {
  if (assertion.alg !== key.algorithm || !Object.hasOwn(METHODS, key.algorithm)) return false;
  const { hash, rawBytes } = METHODS[key.algorithm as KeyAlgorithm];
  if (rawBytes !== undefined && assertion.signature.length !== rawBytes) return false;
  const publicKey = createPublicKey(key.spki);
  const input = Buffer.from(assertion.signingInput, "ascii");
  const how =
    rawBytes === undefined ? { key: publicKey } : { key: publicKey, dsaEncoding: "ieee-p1363" as const };
  return verify(hash, input, how, assertion.signature);
}

export interface Expected {
  readonly clientId: string;
  /** Our token endpoint and our issuer: what `aud` may name. */
  readonly audiences: readonly string[];
  readonly nowMs: number;
}

export interface JudgedClaims {
  readonly jti: string | undefined;
  /** Until when a replay could be tried. */
  readonly untilMs: number;
}

const isTime = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value) && value >= 0;

/** Judges the claims of an assertion whose signature is right. The error is a sentence for the caller. */
export function judgeClaims(claims: Assertion["claims"], expected: Expected): Result<JudgedClaims, string> {
  const { iss, sub, jti, aud } = claims;
  if (iss !== expected.clientId || sub !== expected.clientId)
    return fail("The claims iss and sub must both be the client id.");
  if (aud !== undefined && !namesOneOf(aud, expected.audiences))
    return fail("The claim aud must be the token endpoint or the issuer.");
  if (jti !== undefined && (typeof jti !== "string" || jti === "" || jti.length > MAX_JTI))
    return fail(`The claim jti must be text of 1 to ${MAX_JTI} characters.`);
  const times = judgeTimes(claims, expected.nowMs / 1000);
  return times.ok ? ok({ jti, untilMs: (times.value + SKEW_SECONDS) * 1000 }) : times;
}

function namesOneOf(aud: unknown, audiences: readonly string[]): boolean {
  const named: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  return named.every((name) => typeof name === "string") && named.some((name) => audiences.includes(name));
}

/** @returns `exp`, in unix seconds. */
function judgeTimes(claims: Assertion["claims"], now: number): Result<number, string> {
  const { exp, iat, nbf } = claims;
  if (!isTime(exp)) return fail("The claim exp must be a time in unix seconds.");
  if (iat !== undefined && !isTime(iat)) return fail("The claim iat must be a time in unix seconds.");
  if (nbf !== undefined && !isTime(nbf)) return fail("The claim nbf must be a time in unix seconds.");
  if (exp + SKEW_SECONDS < now) return fail("The assertion has expired.");
  if (iat !== undefined && iat > now + SKEW_SECONDS) return fail("The claim iat is in the future.");
  if (nbf !== undefined && nbf > now + SKEW_SECONDS) return fail("The assertion is not valid yet.");
  if (iat !== undefined && exp <= iat) return fail("The claim exp must be after iat.");
  // Without iat the lifetime is what is left of it, by a clock that may differ.
  const lifetime = iat === undefined ? exp - now - SKEW_SECONDS : exp - iat;
  if (lifetime > MAX_LIFETIME_SECONDS) return fail("An assertion may be valid for an hour at the most.");
  return ok(exp);
}
