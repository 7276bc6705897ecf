/**
 * The catalogue of errors that an answer can carry. `code` never changes its meaning and is never reused.
 * Status classes: a 4xx means that nothing was changed; a 5xx may be retried (seed: external API overview).
 */
import type { FieldErrors } from "./result.ts";

const CATALOGUE = {
  malformed_body: { status: 400, sentence: "Body must be a JSON object." },
  invalid: { status: 400, sentence: "The request is not valid." },
  unauthenticated: { status: 401, sentence: "The credential is missing, wrong or no longer valid." },
  code_required: { status: 401, sentence: "The code of the authenticator is needed too." },
  forbidden: { status: 403, sentence: "The credential does not cover this operation." },
  not_found: { status: 404, sentence: "There is no such object in this project." },
  unknown_operation: { status: 404, sentence: "There is no such operation." },
  method_not_allowed: { status: 405, sentence: "Only POST is accepted here." },
  conflict: { status: 409, sentence: "The state of the object forbids this." },
  twin_running: { status: 409, sentence: "A call with the same idempotency key is still running." },
  too_large: { status: 413, sentence: "The request is too large." },
  wrong_region: { status: 421, sentence: "The credential belongs to another region." },
  key_reused: { status: 422, sentence: "The idempotency key was used before with another body." },
  too_many_requests: { status: 429, sentence: "The project has reached its quota." },
  internal: { status: 500, sentence: "Something went wrong here. The request id leads to the cause." },
  unavailable: { status: 503, sentence: "The service cannot take the request now; please retry." },
} as const;

export type ErrorName = keyof typeof CATALOGUE;

export interface ErrorDetails {
  /** Replaces the catalogue's sentence. Must not carry internals. */
  readonly message?: string;
  readonly errors?: FieldErrors;
  readonly retryAfterSeconds?: number;
  readonly cause?: unknown;
}

/** The only error that actions, store `get*` functions and http throw on purpose. */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorName;
  readonly status: number;
  readonly errors: FieldErrors | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorName, details: ErrorDetails = {}) {
    super(details.message ?? CATALOGUE[code].sentence, { cause: details.cause });
    this.code = code;
    this.status = CATALOGUE[code].status;
    this.errors = details.errors;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }
}

/** All entries, for the reference page and the test that compares them. */
export function listErrors(): { code: ErrorName; status: number; sentence: string }[] {
  return (Object.keys(CATALOGUE) as ErrorName[]).map((code) => ({ code, ...CATALOGUE[code] }));
}
