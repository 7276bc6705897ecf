/**
 * What a client proves itself with: read from the database for every request, many requests by one read. Who asks
 * for a client that is missing costs the same statements, and nothing here locks or writes: the time tells nobody
 * that a client exists (a lock on its row would be 1.2 ms).
 */
import { constantTimeEqual, sha256 } from "../../base/crypto.ts";
import { gather } from "../../base/gather.ts";
import { type Assertion, isSignedBy } from "../../domain/assertion.ts";
import {
  type ClientRow,
  findClient,
  type KeyRow,
  listKeys,
  listSecrets,
  type SecretRow,
} from "../../store/clients.ts";
import { inProject, type Tx } from "../../store/db.ts";
import type { Context } from "../context.ts";

export interface Credentials {
  readonly client: ClientRow;
  readonly secrets: readonly SecretRow[];
  readonly keys: readonly KeyRow[];
}

export interface ClientPlace {
  readonly projectId: number;
  readonly clientId: string;
}

/** The same three statements whether the client is there or not. @returns null for one that is missing or off. */
export async function findCredentials(
  tx: Tx,
  projectId: number,
  clientId: string,
): Promise<Credentials | null> {
  const [client, secrets, keys] = await Promise.all([
    findClient(tx, projectId, { id: clientId, lock: "none" }),
    listSecrets(tx, projectId, clientId),
    listKeys(tx, projectId, clientId),
  ]);
  return client?.enabled ? { client, secrets, keys } : null;
}

export type CredentialReader = (place: ClientPlace) => Promise<Credentials | null>;

/**
 * Requests for one client that come during a read share the next one: none is judged by what was read before it
 * came. Nobody is turned away here, or whoever knows a client's id could crowd the client out by guessing.
 */
export function createCredentialReader(context: Context): CredentialReader {
  const ask = gather<ClientPlace, Credentials | null>({
    maxTogether: Number.POSITIVE_INFINITY,
    maxWaiting: Number.POSITIVE_INFINITY,
    async work(places) {
      const [{ projectId, clientId }] = places as readonly [ClientPlace];
      const found = await inProject(context.app, projectId, (tx) => findCredentials(tx, projectId, clientId));
      return places.map(() => found);
    },
  });
  return (place) => ask(place.clientId, place);
}

/** Compared with where there is no secret: the time does not tell. */
const NO_SECRET = "0".repeat(64);

/** The secret that this is; looks at all of them, whether or not one fits. */
export function fittingSecret(
  secrets: readonly SecretRow[],
  given: string,
  nowMs: number,
): SecretRow | undefined {
  const hash = sha256(given).toString("hex");
  if (secrets.length === 0) constantTimeEqual(NO_SECRET, hash);
  const fitting = secrets.filter((row) => constantTimeEqual(row.hash.toString("hex"), hash));
  return fitting.find(({ validUntil }) => validUntil === null || validUntil.getTime() > nowMs);
}

/** A `kid` that names one of the client's keys picks it; any other tells nothing, and all of them are tried. */
export function signingKey(keys: readonly KeyRow[], assertion: Assertion): KeyRow | undefined {
  const named = keys.filter((key) => key.thumbprint === assertion.kid);
  return (named.length > 0 ? named : keys).find((key) => isSignedBy(assertion, key));
}
