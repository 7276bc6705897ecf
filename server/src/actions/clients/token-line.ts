/**
 * Stores the access tokens of right requests: those of one client that come during a commit go into the next one. The
 * client is looked at again under a lock, so that no token outlives a credential that is being revoked at that moment.
 * A caller is answered after the commit of its token; tokens are kept as hashes.
 */
import { randomToken, sha256 } from "../../base/crypto.ts";
import { gather } from "../../base/gather.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import { accessTokenPrefix } from "../../domain/client.ts";
import { isScope, narrowScopes, type Scope } from "../../domain/scope.ts";
import { type ClientRow, findClient, listKeys, listSecrets } from "../../store/clients.ts";
import { deleteEnded, insertAccessTokens, insertUsedAssertions } from "../../store/credentials.ts";
import { inProject, type Tx } from "../../store/db.ts";
import type { Context } from "../context.ts";
import type { ClientPlace } from "./client-credentials.ts";
import { INVALID_ASSERTION, INVALID_CLIENT, invalidScope, type TokenFault } from "./token-fault.ts";

export const ACCESS_TOKEN_SECONDS = 3_600;
/** Tokens of one commit. */
const MAX_TOGETHER = 256;
/** Of one client; about two seconds' worth. */
const MAX_WAITING = 2_000;
/**
 * Ended rows are removed along with one token in so many, once a commit and at most this many at a time: no slower
 * than tokens are made, also where commits are full, and never so many that a caller has to wait for it.
 */
const CLEAN_ONE_IN = 32;
const CLEAN_ROWS = 256;

export interface IssuedToken {
  readonly token: string;
  readonly scopes: readonly Scope[];
}

export type Issued = Result<IssuedToken, TokenFault>;

/** By what a repeated assertion is known, until when, and what the repetition is told. */
export interface AssertionUse {
  readonly hash: string;
  readonly untilMs: number;
  readonly refusal: TokenFault;
}

/** A request whose credential was right a moment ago. */
export interface RightRequest extends ClientPlace {
  readonly credential: { readonly kind: "secret" | "key"; readonly id: number };
  /** Names between spaces; undefined for all that the client has. */
  readonly scope: string | undefined;
  /** null for a secret. */
  readonly use: AssertionUse | null;
}

/** @throws AppError unavailable when too many of the client's requests wait. */
export type TokenLine = (request: RightRequest) => Promise<Issued>;

interface Wanted {
  readonly request: RightRequest;
  readonly token: string;
  readonly hash: Buffer;
}

export function createTokenLine(context: Context): TokenLine {
  const ask = gather<Wanted, Issued>({
    maxTogether: MAX_TOGETHER,
    maxWaiting: MAX_WAITING,
    async work(wanted) {
      const [{ request }] = wanted as readonly [Wanted];
      const { projectId } = request;
      const nowMs = context.clock.now();
      return await inProject(context.app, projectId, (tx) =>
        storeTogether(tx, { place: request, wanted, nowMs }),
      );
    },
  });
  return async (request) => {
    // Made here, request by request, and not while the client's row is locked.
    const token = randomToken(accessTokenPrefix(request.projectId, context.region));
    return await ask(request.clientId, { request, token, hash: sha256(token) });
  };
}

interface Batch {
  /** All are for this client. */
  readonly place: ClientPlace;
  readonly wanted: readonly Wanted[];
  readonly nowMs: number;
}

async function storeTogether(tx: Tx, { place, wanted, nowMs }: Batch): Promise<Issued[]> {
  const { projectId, clientId } = place;
  const still = await lockForUse(tx, place);
  const scopes = wanted.map(({ request }) => scopesOf(still, request));
  // What is refused is not used up.
  const uses = wanted.flatMap(({ request }, i) =>
    scopes[i]?.ok && request.use !== null ? [request.use] : [],
  );
  const unused =
    uses.length === 0 ? new Set<string>() : await insertUsedAssertions(tx, projectId, { clientId, uses });
  const issued = wanted.map(({ request: { use }, token }, i): Issued => {
    const held = scopes[i] ?? fail(INVALID_CLIENT);
    if (!held.ok) return held;
    // The first of a batch has it; whoever sent the same beside it repeats.
    if (use !== null && !unused.delete(use.hash)) return fail(use.refusal);
    return ok({ token, scopes: held.value });
  });
  const rows = wanted.flatMap(({ request: { credential }, hash }, i) => {
    const one = issued[i];
    return one?.ok
      ? [{ hash, credential: `${credential.kind}:${credential.id}`, scopes: one.value.scopes }]
      : [];
  });
  if (still === null || rows.length === 0) return issued;
  const epoch = still.client.tokenEpoch;
  const untilMs = nowMs + ACCESS_TOKEN_SECONDS * 1000;
  const isCleaning = rows.some(({ hash }) => (hash[0] ?? 0) % CLEAN_ONE_IN === 0);
  await Promise.all([
    insertAccessTokens(tx, projectId, { clientId, epoch, nowMs, untilMs, rows }),
    isCleaning ? deleteEnded(tx, projectId, { nowMs, limit: CLEAN_ROWS }) : null,
  ]);
  return issued;
}

interface Still {
  readonly client: ClientRow;
  readonly secretIds: ReadonlySet<number>;
  readonly keyIds: ReadonlySet<number>;
}

/** The client as it is now, held until the tokens are stored; null when it is off or gone. */
async function lockForUse(tx: Tx, { projectId, clientId }: ClientPlace): Promise<Still | null> {
  // In this order on the connection: the lists are read when the lock is held.
  const [client, secrets, keys] = await Promise.all([
    findClient(tx, projectId, { id: clientId, lock: "use" }),
    listSecrets(tx, projectId, clientId),
    listKeys(tx, projectId, clientId),
  ]);
  if (!client?.enabled) return null;
  const idsOf = (rows: readonly { id: number }[]): ReadonlySet<number> => new Set(rows.map(({ id }) => id));
  return { client, secretIds: idsOf(secrets), keyIds: idsOf(keys) };
}

/** What this request gets of the client as it is now; refused when the client or the credential has just gone. */
function scopesOf(still: Still | null, { credential, scope }: RightRequest): Result<Scope[], TokenFault> {
  const isSecret = credential.kind === "secret";
  const ids = isSecret ? still?.secretIds : still?.keyIds;
  if (still === null || !ids?.has(credential.id)) return fail(isSecret ? INVALID_CLIENT : INVALID_ASSERTION);
  const scopes = narrowScopes(still.client.scopes.filter(isScope), scope);
  return scopes.ok ? scopes : fail(invalidScope(scopes.error));
}
