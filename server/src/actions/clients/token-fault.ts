/** Why a token request is refused, in RFC 6749's words (5.2). */
export interface TokenFault {
  readonly status: 400 | 401 | 405 | 413 | 421 | 429 | 500 | 503;
  readonly error: string;
  /** Shown to the caller as `error_description` and `message`. */
  readonly description: string;
  readonly retryAfterSeconds?: number;
}

const fault = (status: TokenFault["status"], error: string, description: string): TokenFault => ({
  status,
  error,
  description,
});

/** The same for a client that never was, is off or deleted, and for a wrong secret (bad-input catalogue 4.5, row 4). */
export const INVALID_CLIENT = fault(401, "invalid_client", "The client or its secret is wrong.");
/** The same for a client that never was and for a wrong signature. */
export const INVALID_ASSERTION = fault(400, "invalid_grant", "The assertion is not valid.");

export const invalidRequest = (description: string): TokenFault => fault(400, "invalid_request", description);
export const invalidGrant = (description: string): TokenFault => fault(400, "invalid_grant", description);
export const invalidScope = (description: string): TokenFault => fault(400, "invalid_scope", description);
/** The client is of another region; the description names its endpoint. */
export const wrongRegion = (description: string): TokenFault => fault(421, "invalid_client", description);
export const unauthorizedClient = (description: string): TokenFault =>
  fault(400, "unauthorized_client", description);
