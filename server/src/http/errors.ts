/** From what was thrown to what the caller is told: never an internal detail, never a 500 for input. */
import { AppError } from "../base/errors.ts";
import { isOutOfSpace, isRetriable, sqlState } from "../store/db.ts";

/** statement_timeout and lock_timeout. */
const TIMED_OUT = /^(57014|55P03)$/;

/** Whoever sent JSON as something else must not read that it is no JSON. */
const WRONG_TYPE = "Body must be a JSON object, sent with Content-Type: application/json.";

export function appErrorOf(error: unknown): AppError {
  if (error instanceof AppError) return error;
  // The framework's refusals first: a caller who hangs up is ECONNRESET as well.
  const status = statusOf(error);
  if (status === 413) return new AppError("too_large");
  if (status === 415) return new AppError("malformed_body", { message: WRONG_TYPE, cause: error });
  if (status !== null && status >= 400 && status < 500)
    return new AppError("malformed_body", { cause: error });
  if (isOutOfSpace(error) || isRetriable(error) || TIMED_OUT.test(sqlState(error))) {
    return new AppError("unavailable", { retryAfterSeconds: 2, cause: error });
  }
  return new AppError("internal", { cause: error });
}

/** Fastify's own refusals (body too large, length mismatch) carry a status. */
function statusOf(error: unknown): number | null {
  if (typeof error !== "object" || error === null || !("statusCode" in error)) return null;
  return typeof error.statusCode === "number" ? error.statusCode : null;
}
