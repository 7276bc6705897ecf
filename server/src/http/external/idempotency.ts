/**
 * The idempotency key of a call: the header, or its twin in the body for callers that cannot set headers. What is
 * done under a key is done here, for every operation of the route table that says so.
 */
import type { Keyed } from "../../actions/idempotency/once.ts";
import { canonicalJson } from "../../base/canonical-json.ts";
import { sha256 } from "../../base/crypto.ts";
import { AppError } from "../../base/errors.ts";
import { parseIdempotencyKey } from "../../domain/idempotency-key.ts";
import type { Answer } from "./envelope.ts";
import type { Call, Operation, Services } from "./operation.ts";

/** Credentials and the key itself are no part of what is asked. */
export function fingerprint(given: Readonly<Record<string, unknown>>): string {
  const { apptoken: _token, idempotency_key: _key, ...asked } = given;
  return sha256(canonicalJson(asked)).toString("hex");
}

/** Runs the operation; under a key only if that was not done before. */
export async function runKeyed(operation: Operation, services: Services, call: Call): Promise<Answer> {
  const isKept = operation.takesIdempotencyKey === true && operation.claimsKeyItself !== true;
  const keyed = isKept ? keyedOf(call) : null;
  if (keyed === null) return await operation.run(services, call);
  const { projectId } = call.caller;
  const named = { ...keyed, projectId, method: `${operation.method}/${operation.model}` };
  const { answer, isReplay } = await services.once(named, (context) =>
    operation.run({ ...services, context }, call),
  );
  if (!isReplay) return answer;
  return { ...answer, headers: { ...answer.headers, "idempotent-replayed": "true" } };
}

/** @throws AppError invalid for a key that cannot be one, or for two that differ. */
function keyedOf(call: Call): Keyed | null {
  const inBody = call.body.idempotency_key ?? null;
  const refuse = (predicate: string): AppError =>
    new AppError("invalid", { errors: { idempotency_key: [`Idempotency Key ${predicate}.`] } });
  const parsed = inBody === null ? null : parseIdempotencyKey(inBody);
  if (parsed?.ok === false) throw refuse(parsed.error);
  const given = parsed === null ? null : parsed.value;
  if (given !== null && call.idempotencyKey !== undefined && given !== call.idempotencyKey)
    throw refuse("in the body and in the header differ");
  const key = call.idempotencyKey ?? given;
  return key === null ? null : { key, fingerprint: fingerprint(call.body) };
}
