/** Assertions for the flow tests of the jwt-bearer grant: right ones, and forgeries that differ in one part only. */
import { generateKeyPairSync, type KeyObject, randomUUID, sign } from "node:crypto";
import { expect } from "vitest";
import type { Answered, Project } from "../stack.ts";
import { type At, asAdmin, askToken, makeBareClient } from "./oauth-admin.ts";

export interface Pair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export const rsa: Pair = generateKeyPairSync("rsa", { modulusLength: 2_048 });
export const strange: Pair = generateKeyPairSync("rsa", { modulusLength: 2_048 });
export const p256: Pair = generateKeyPairSync("ec", { namedCurve: "prime256v1" });

export const pemOf = ({ publicKey }: Pair): string =>
  publicKey.export({ type: "spki", format: "pem" }).toString();
export const nowSeconds = (): number => Math.floor(Date.now() / 1000);

/** A client that has this key and no secret. */
export async function makeKeyClient(
  at: At & Pick<Project, "token">,
  pair: Pair = rsa,
  algorithm?: string,
): Promise<{ id: string; thumbprint: string }> {
  const { id } = await makeBareClient(at, ["list", "info"]);
  const key = { pem: pemOf(pair), algorithm, valid_until: nowSeconds() + 86_400 };
  const { status, body } = await asAdmin(at, `POST /clients/${id}/keys`, key);
  if (status !== 201) throw new Error(JSON.stringify(body));
  return { id, thumbprint: body.data.keys[0].thumbprint };
}

type Part = Readonly<Record<string, unknown>>;

export const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

export interface Forgery {
  readonly header?: Part;
  /** One that is undefined is left out. */
  readonly claims?: Part;
  readonly signed?: (input: Buffer) => Buffer;
}

export const signedBy =
  (pair: Pair) =>
  (input: Buffer): Buffer =>
    sign("sha256", input, pair.privateKey);
export const ecSigned = (input: Buffer): Buffer =>
  sign("sha256", input, { key: p256.privateKey, dsaEncoding: "ieee-p1363" });

/** A right assertion of the client, by `rsa`, but for what is given. */
export function jwtOf(
  clientId: string,
  { header = {}, claims = {}, signed = signedBy(rsa) }: Forgery,
): string {
  const times = { iat: nowSeconds(), exp: nowSeconds() + 300 };
  const right = { iss: clientId, sub: clientId, ...times, jti: randomUUID() };
  const input = `${encoded({ alg: "RS256", typ: "JWT", ...header })}.${encoded({ ...right, ...claims })}`;
  return `${input}.${signed(Buffer.from(input)).toString("base64url")}`;
}

export const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";

export const exchangeAt = (
  at: At,
  assertion: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Answered> => askToken(at, { grant_type: JWT_BEARER, assertion, ...more });

export function expectRefused({ status, body, headers }: Answered, error = "invalid_grant"): void {
  expect([status, body.error, body.code, body.success]).toEqual([400, error, 400, false]);
  expect(body).not.toHaveProperty("access_token");
  expect([headers.get("cache-control"), headers.get("pragma")]).toEqual(["no-store", "no-cache"]);
}
