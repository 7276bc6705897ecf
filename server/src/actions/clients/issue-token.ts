/**
 * Access tokens: a client's secret or a signed assertion against an hour's token. Who is refused has only read: a lock
 * on the client's row would be a write, whose time (1.2 ms) tells that the client exists. A right credential is
 * looked at again under that lock, so no token outlives a credential that is being revoked at that moment. Tokens
 * are stored as hashes.
 */
import { constantTimeEqual, randomToken, sha256 } from "../../base/crypto.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import { type Assertion, isSignedBy, judgeClaims, readAssertion } from "../../domain/assertion.ts";
import { accessTokenPrefix, projectOfClientId } from "../../domain/client.ts";
import { isScope, narrowScopes, type Scope } from "../../domain/scope.ts";
import {
  type ClientRow,
  findClient,
  type KeyRow,
  listKeys,
  listSecrets,
  type SecretRow,
} from "../../store/clients.ts";
import { deleteEnded, insertAccessToken, insertUsedAssertion } from "../../store/credentials.ts";
import { inProject, type Tx } from "../../store/db.ts";
import type { Context } from "../context.ts";
import { recordAudit } from "../tokens/audit-trail.ts";
import {
  INVALID_ASSERTION,
  INVALID_CLIENT,
  invalidGrant,
  invalidRequest,
  invalidScope,
  type TokenFault,
  unauthorizedClient,
} from "./token-fault.ts";

export const ACCESS_TOKEN_SECONDS = 3_600;
/** Ended rows are removed by one request in so many: a thousand requests a second need not all look for them. */
const CLEAN_ONE_IN = 32;
/** Where a client id leads nowhere, this project is asked in vain: the time tells nothing. */
const ANY_PROJECT = 1;

export interface IssuedToken {
  readonly token: string;
  readonly scopes: readonly Scope[];
}

type Issued = Result<IssuedToken, TokenFault>;

interface Found {
  readonly client: ClientRow;
  readonly secrets: readonly SecretRow[];
  readonly keys: readonly KeyRow[];
}

/** The same three statements whether the client is there or not. @returns null for one that is missing or off. */
async function findCredentials(tx: Tx, projectId: number, clientId: string): Promise<Found | null> {
  const [client, secrets, keys] = await Promise.all([
    findClient(tx, projectId, { id: clientId, lock: "none" }),
    listSecrets(tx, projectId, clientId),
    listKeys(tx, projectId, clientId),
  ]);
  return client?.enabled ? { client, secrets, keys } : null;
}

/** The client as it is now, held until the token is stored; null when it or the credential has just gone. */
async function lockForUse(
  tx: Tx,
  projectId: number,
  at: { clientId: string; secretId?: number; keyId?: number },
): Promise<ClientRow | null> {
  const client = await findClient(tx, projectId, { id: at.clientId, lock: "use" });
  if (!client?.enabled) return null;
  const list = at.secretId === undefined ? listKeys : listSecrets;
  const rows = await list(tx, projectId, at.clientId);
  return rows.some(({ id }) => id === (at.secretId ?? at.keyId)) ? client : null;
}

/** Compared with where there is no secret: the time does not tell. */
const NO_SECRET = "0".repeat(64);

/** The secret that this is; looks at all of them, whether or not one fits. */
function fittingSecret(secrets: readonly SecretRow[], given: string, nowMs: number): SecretRow | undefined {
  const hash = sha256(given).toString("hex");
  if (secrets.length === 0) constantTimeEqual(NO_SECRET, hash);
  const fitting = secrets.filter((row) => constantTimeEqual(row.hash.toString("hex"), hash));
  return fitting.find(({ validUntil }) => validUntil === null || validUntil.getTime() > nowMs);
}

/** Grant `client_credentials`. @param scope names between spaces; undefined for all that the client has. */
export async function issueForSecret(
  context: Context,
  request: { clientId: string; secret: string; scope: string | undefined },
): Promise<Issued> {
  const { clientId, secret, scope } = request;
  const projectId = projectOfClientId(clientId) ?? ANY_PROJECT;
  const nowMs = context.clock.now();
  return await inProject(context.app, projectId, async (tx): Promise<Issued> => {
    const found = await findCredentials(tx, projectId, clientId);
    const fitting = fittingSecret(found?.secrets ?? [], secret, nowMs);
    if (found === null) return fail(INVALID_CLIENT);
    if (found.secrets.length === 0 && found.keys.length > 0)
      return fail(unauthorizedClient("This client signs assertions; it has no secret."));
    if (fitting === undefined) return fail(INVALID_CLIENT);
    const kept = await lockForUse(tx, projectId, { clientId, secretId: fitting.id });
    if (kept === null) return fail(INVALID_CLIENT);
    const credential = `secret:${fitting.id}`;
    return await issue(context, tx, { client: kept, projectId, credential, scope, nowMs });
  });
}

export interface AssertionRequest {
  readonly assertion: string;
  /** When the request names the client too, it must be the same. */
  readonly clientId: string | undefined;
  readonly scope: string | undefined;
  readonly audiences: readonly string[];
}

/** Grant `urn:ietf:params:oauth:grant-type:jwt-bearer`. */
export async function issueForAssertion(context: Context, request: AssertionRequest): Promise<Issued> {
  const read = readAssertion(request.assertion);
  if (!read.ok) {
    const { kind, reason } = read.error;
    return fail(kind === "form" ? invalidRequest(reason) : invalidGrant(reason));
  }
  const clientId = read.value.claims.iss;
  if (typeof clientId !== "string") return fail(INVALID_ASSERTION);
  if (request.clientId !== undefined && request.clientId !== clientId) return fail(INVALID_ASSERTION);
  const projectId = projectOfClientId(clientId);
  if (projectId === null) return fail(INVALID_ASSERTION);
  const nowMs = context.clock.now();
  return await inProject(context.app, projectId, async (tx): Promise<Issued> => {
    const found = await findCredentials(tx, projectId, clientId);
    if (found === null) return fail(INVALID_ASSERTION);
    if (found.keys.length === 0 && found.secrets.length > 0)
      return fail(unauthorizedClient("This client uses a secret; it has no public key."));
    return await judgeAssertion(context, tx, { projectId, found, assertion: read.value, request, nowMs });
  });
}

/** A `kid` that names one of the client's keys picks it; any other tells nothing, and all of them are tried. */
function signingKey(keys: readonly KeyRow[], assertion: Assertion): KeyRow | undefined {
  const named = keys.filter((key) => key.thumbprint === assertion.kid);
  return (named.length > 0 ? named : keys).find((key) => isSignedBy(assertion, key));
}

async function judgeAssertion(
  context: Context,
  tx: Tx,
  at: { projectId: number; found: Found; assertion: Assertion; request: AssertionRequest; nowMs: number },
): Promise<Issued> {
  const { projectId, found, assertion, request, nowMs } = at;
  const { client, keys } = found;
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
  const kept = await lockForUse(tx, projectId, { clientId: client.id, keyId: key.id });
  if (kept === null) return fail(INVALID_ASSERTION);
  return await issue(context, tx, {
    client: kept,
    projectId,
    credential: `key:${key.id}`,
    scope: request.scope,
    nowMs,
    // What is refused is not used up.
    use: () => useAssertion(tx, projectId, { clientId: client.id, jti, untilMs, request, nowMs }),
  });
}

/** A replay needs no limit below a second where the client sends no `jti` (bad-input catalogue 4.5, row 17). */
const NO_JTI_MS = 1_000;

async function useAssertion(
  tx: Tx,
  projectId: number,
  at: {
    clientId: string;
    jti: string | undefined;
    untilMs: number;
    request: AssertionRequest;
    nowMs: number;
  },
): Promise<TokenFault | null> {
  const { clientId, jti, untilMs, nowMs } = at;
  if (jti !== undefined) {
    const isNew = await insertUsedAssertion(tx, projectId, { clientId, hash: sha256(`jti ${jti}`), untilMs });
    return isNew ? null : invalidGrant("The assertion was used before.");
  }
  const second = Math.floor(nowMs / NO_JTI_MS);
  const hash = sha256(`${second} ${at.request.assertion}`);
  const isNew = await insertUsedAssertion(tx, projectId, { clientId, hash, untilMs: nowMs + NO_JTI_MS });
  if (isNew) return null;
  const description = "An assertion without jti can be used once a second.";
  return { status: 429, error: "temporarily_unavailable", description, retryAfterSeconds: 1 };
}

async function issue(
  context: Context,
  tx: Tx,
  at: {
    projectId: number;
    client: ClientRow;
    credential: string;
    scope: string | undefined;
    nowMs: number;
    use?: () => Promise<TokenFault | null>;
  },
): Promise<Issued> {
  const { client, projectId, credential, nowMs } = at;
  const scopes = narrowScopes(client.scopes.filter(isScope), at.scope);
  if (!scopes.ok) return fail(invalidScope(scopes.error));
  const refusal = (await at.use?.()) ?? null;
  if (refusal !== null) return fail(refusal);
  const token = randomToken(accessTokenPrefix(projectId, context.region));
  const hash = sha256(token);
  const untilMs = nowMs + ACCESS_TOKEN_SECONDS * 1000;
  const row = { hash, clientId: client.id, credential, scopes: scopes.value, nowMs, untilMs };
  await insertAccessToken(tx, projectId, row);
  if ((hash[0] ?? 0) % CLEAN_ONE_IN === 0) await deleteEnded(tx, projectId, nowMs);
  return ok({ token, scopes: scopes.value });
}

/**
 * A secret was sent in an address, where proxies and logs keep it. Only a right one is worth a row: what strangers
 * make up fills no trail.
 */
export async function noteExposedSecret(
  context: Context,
  { clientId, secret, ip }: { clientId: string; secret: string; ip: string },
): Promise<void> {
  const projectId = projectOfClientId(clientId);
  if (projectId === null) return;
  const nowMs = context.clock.now();
  await inProject(context.app, projectId, async (tx) => {
    const found = await findCredentials(tx, projectId, clientId);
    const fitting = fittingSecret(found?.secrets ?? [], secret, nowMs);
    if (fitting === undefined) return;
    const after = { id: fitting.id, hint: fitting.hint, where: "query string" };
    const change = { action: "client.secret_exposed", object: `client:${clientId}`, after };
    await recordAudit(tx, projectId, { actor: { name: `client:${clientId}`, ip }, nowMs, change });
  });
}
