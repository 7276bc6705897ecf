/**
 * Access tokens: a client's secret or a signed assertion against an hour's token. A request is judged by what stands
 * in the database when it comes (client-credentials.ts); who is refused has only read. The tokens of right ones are
 * stored together (token-line.ts).
 */
import { sha256 } from "../../base/crypto.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import { type Assertion, judgeClaims, readAssertion } from "../../domain/assertion.ts";
import { projectOfClientId } from "../../domain/client.ts";
import type { Context } from "../context.ts";
import {
  type CredentialReader,
  type Credentials,
  createCredentialReader,
  fittingSecret,
  signingKey,
} from "./client-credentials.ts";
import {
  INVALID_ASSERTION,
  INVALID_CLIENT,
  invalidGrant,
  invalidRequest,
  type TokenFault,
  unauthorizedClient,
} from "./token-fault.ts";
import {
  type AssertionUse,
  createTokenLine,
  type Issued,
  type RightRequest,
  type TokenLine,
} from "./token-line.ts";

/** Where a client id leads nowhere, this project is asked in vain: the time tells nothing. */
const ANY_PROJECT = 1;

export interface SecretRequest {
  readonly clientId: string;
  readonly secret: string;
  /** Names between spaces; undefined for all that the client has. */
  readonly scope: string | undefined;
}

export interface AssertionRequest {
  readonly assertion: string;
  /** When the request names the client too, it must be the same. */
  readonly clientId: string | undefined;
  readonly scope: string | undefined;
  readonly audiences: readonly string[];
}

export interface TokenIssuer {
  /** Grant `client_credentials`. */
  forSecret(request: SecretRequest): Promise<Issued>;
  /** Grant `urn:ietf:params:oauth:grant-type:jwt-bearer`. */
  forAssertion(request: AssertionRequest): Promise<Issued>;
}

interface Desk {
  readonly context: Context;
  readonly read: CredentialReader;
  readonly store: TokenLine;
}

export function createTokenIssuer(context: Context): TokenIssuer {
  const desk = { context, read: createCredentialReader(context), store: createTokenLine(context) };
  return {
    forSecret: (request) => issueForSecret(desk, request),
    forAssertion: (request) => issueForAssertion(desk, request),
  };
}

async function issueForSecret({ context, read, store }: Desk, request: SecretRequest): Promise<Issued> {
  const { clientId, secret, scope } = request;
  const projectId = projectOfClientId(clientId) ?? ANY_PROJECT;
  const nowMs = context.clock.now();
  const found = await read({ projectId, clientId });
  const fitting = fittingSecret(found?.secrets ?? [], secret, nowMs);
  if (found === null) return fail(INVALID_CLIENT);
  if (found.secrets.length === 0 && found.keys.length > 0)
    return fail(unauthorizedClient("This client signs assertions; it has no secret."));
  if (fitting === undefined) return fail(INVALID_CLIENT);
  return await store({
    projectId,
    clientId,
    credential: { kind: "secret", id: fitting.id },
    scope,
    use: null,
  });
}

async function issueForAssertion({ context, read, store }: Desk, request: AssertionRequest): Promise<Issued> {
  const assertion = readAssertion(request.assertion);
  if (!assertion.ok) {
    const { kind, reason } = assertion.error;
    return fail(kind === "form" ? invalidRequest(reason) : invalidGrant(reason));
  }
  const clientId = assertion.value.claims.iss;
  if (typeof clientId !== "string") return fail(INVALID_ASSERTION);
  if (request.clientId !== undefined && request.clientId !== clientId) return fail(INVALID_ASSERTION);
  const projectId = projectOfClientId(clientId);
  if (projectId === null) return fail(INVALID_ASSERTION);
  const nowMs = context.clock.now();
  const found = await read({ projectId, clientId });
  if (found === null) return fail(INVALID_ASSERTION);
  if (found.keys.length === 0 && found.secrets.length > 0)
    return fail(unauthorizedClient("This client uses a secret; it has no public key."));
  const judged = judgeAssertion(found, { assertion: assertion.value, request, nowMs });
  return judged.ok ? await store({ projectId, clientId, scope: request.scope, ...judged.value }) : judged;
}

function judgeAssertion(
  { client, keys }: Credentials,
  at: { assertion: Assertion; request: AssertionRequest; nowMs: number },
): Result<Pick<RightRequest, "credential" | "use">, TokenFault> {
  const { assertion, request, nowMs } = at;
  const key = signingKey(keys, assertion);
  if (key === undefined) return fail(INVALID_ASSERTION);
  const isCertificate = key.kind === "certificate";
  if (key.validUntil.getTime() <= nowMs)
    return fail(invalidGrant(isCertificate ? "The certificate has expired." : "The public key has expired."));
  if (key.validFrom !== null && key.validFrom.getTime() > nowMs)
    return fail(invalidGrant("The certificate is not valid yet."));
  const expected = { clientId: client.id, audiences: request.audiences, nowMs };
  const judged = judgeClaims(assertion.claims, expected);
  if (!judged.ok) return fail(invalidGrant(judged.error));
  const { jti, untilMs } = judged.value;
  if (jti === undefined && client.requireJti) return fail(invalidGrant("The claim jti is required."));
  const use = jti === undefined ? useInThisSecond(request.assertion, nowMs) : useOnce(jti, untilMs);
  return ok({ credential: { kind: "key", id: key.id }, use });
}

const useOnce = (jti: string, untilMs: number): AssertionUse => ({
  hash: sha256(`jti ${jti}`).toString("hex"),
  untilMs,
  refusal: invalidGrant("The assertion was used before."),
});

/** A replay needs no limit below a second where the client sends no `jti` (bad-input catalogue 4.5, row 17). */
const NO_JTI_MS = 1_000;

const USED_THIS_SECOND: TokenFault = {
  status: 429,
  error: "temporarily_unavailable",
  description: "An assertion without jti can be used once a second.",
  retryAfterSeconds: 1,
};

const useInThisSecond = (assertion: string, nowMs: number): AssertionUse => ({
  hash: sha256(`${Math.floor(nowMs / NO_JTI_MS)} ${assertion}`).toString("hex"),
  untilMs: nowMs + NO_JTI_MS,
  refusal: USED_THIS_SECOND,
});
