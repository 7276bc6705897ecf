/** The idempotency key of a call: the header, or its twin in the body for callers that cannot set headers. */
import type { Keyed } from "../../actions/idempotency/once.ts";
import { canonicalJson } from "../../base/canonical-json.ts";
import { sha256 } from "../../base/crypto.ts";
import { AppError } from "../../base/errors.ts";
import type { Call } from "./operation.ts";

/** Credentials and the key itself are no part of what is asked. */
export function fingerprint(given: Readonly<Record<string, unknown>>): string {
  const { apptoken: _token, idempotency_key: _key, ...asked } = given;
  return sha256(canonicalJson(asked)).toString("hex");
}

const KEY = /^[\x20-\x7e]{1,255}$/;

/** @throws AppError invalid for a key that cannot be one, or for two that differ. */
export function keyedOf(call: Call, message: string): Keyed | null {
  const given = call.body.idempotency_key ?? null;
  const refuse = (predicate: string): AppError =>
    new AppError("invalid", { message, errors: { idempotency_key: [`Idempotency Key ${predicate}.`] } });
  if (given !== null && (typeof given !== "string" || !KEY.test(given) || given.trim() === ""))
    throw refuse("must be 1 to 255 printable characters");
  if (given !== null && call.idempotencyKey !== undefined && given !== call.idempotencyKey)
    throw refuse("in the body and in the header differ");
  const key = call.idempotencyKey ?? given;
  return key === null ? null : { key, fingerprint: fingerprint(call.body) };
}
