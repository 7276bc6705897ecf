/** The error catalogue as the reference tells it: when each error comes and what its reader should do. */
import { type ErrorName, listErrors } from "../../base/errors.ts";
import type { Operation } from "../external/operation.ts";

export interface ErrorDoc {
  readonly code: ErrorName;
  readonly status: number;
  /** What the answer says unless it knows more. */
  readonly sentence: string;
  readonly advice: string;
}

const ADVICE: Readonly<Record<ErrorName, string>> = {
  malformed_body:
    "Send a JSON object, or a form in PHP's bracket notation. The message names what cannot be read.",
  invalid: "Correct the fields that `errors` names. Nothing was changed.",
  unauthenticated:
    "Check the token: it must be whole, of this instance, and neither rotated out nor switched off.",
  code_required: "Sign in again with the code that the authenticator app shows, or with a recovery code.",
  forbidden: "Ask an administrator for the scope that the operation needs.",
  not_found: "Check the id. Objects of other projects answer exactly as if they had never existed.",
  unknown_operation: "Check method and model in the path; the message repeats them.",
  method_not_allowed: "Use POST.",
  conflict: "Read the object's state, which the message names, and decide anew.",
  twin_running: "Wait a second and send the same call again: it then answers as its twin did.",
  too_large: "Split the call: the field that `errors` names, or the body, is over its limit.",
  wrong_region: "Send the call to the endpoint that the message names.",
  key_reused: "Use a new Idempotency-Key for a new call. The old one keeps its first body.",
  too_many_requests: "Wait as many seconds as Retry-After says.",
  internal: "Retry once at once and once after 30 seconds. Then report it with the X-Request-Id.",
  unavailable: "Wait as many seconds as Retry-After says, then retry the same call.",
};

/** What a call of any operation may be answered with. */
const COMMON: readonly ErrorName[] = [
  "malformed_body",
  "invalid",
  "unauthenticated",
  "forbidden",
  "too_large",
  "wrong_region",
  "too_many_requests",
  "internal",
  "unavailable",
];

/** The whole catalogue, in its order. */
export const errorDocs = (): readonly ErrorDoc[] =>
  listErrors().map((error) => ({ ...error, advice: ADVICE[error.code] }));

/** What one operation may be answered with, by status. */
export function errorsOf(operation: Operation): readonly ErrorDoc[] {
  const ofKeys: readonly ErrorName[] = operation.takesIdempotencyKey ? ["twin_running", "key_reused"] : [];
  const names = new Set<ErrorName>([...COMMON, ...ofKeys, ...(operation.errors ?? [])]);
  return errorDocs()
    .filter(({ code }) => names.has(code))
    .sort((a, b) => a.status - b.status);
}
