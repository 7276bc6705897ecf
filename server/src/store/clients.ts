/** OAuth clients with their secrets and public keys. Secrets are here as hashes only. */
import { type Tx, texts } from "./db.ts";

export interface ClientRow {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly enabled: boolean;
  readonly requireJti: boolean;
  /** Access tokens of an earlier one are revoked. */
  readonly tokenEpoch: number;
  readonly createTime: Date;
  readonly updateTime: Date;
  readonly updatedBy: string;
}

export interface SecretRow {
  readonly clientId: string;
  readonly id: number;
  readonly hash: Buffer;
  readonly hint: string;
  readonly createTime: Date;
  /** null: no end. */
  readonly validUntil: Date | null;
}

export interface KeyRow {
  readonly clientId: string;
  readonly id: number;
  readonly kind: string;
  readonly algorithm: string;
  /** PEM */
  readonly spki: string;
  readonly thumbprint: string;
  readonly validFrom: Date | null;
  readonly validUntil: Date;
  readonly createTime: Date;
}

/** What an administrator decides about a client. */
export interface ClientSettings {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly enabled: boolean;
  readonly requireJti: boolean;
}

export interface ClientStamp {
  readonly updatedBy: string;
  readonly nowMs: number;
}

export async function insertClient(
  tx: Tx,
  projectId: number,
  client: ClientSettings & ClientStamp & { readonly id: string },
): Promise<void> {
  const now = new Date(client.nowMs);
  await tx`
    insert into clients (project_id, id, name, scopes, enabled, require_jti, create_time, update_time, updated_by)
    values (${projectId}, ${client.id}, ${client.name}, ${texts(client.scopes)}::text[], ${client.enabled},
      ${client.requireJti}, ${now}, ${now}, ${client.updatedBy})`;
}

export async function listClients(tx: Tx, projectId: number): Promise<ClientRow[]> {
  return await tx<ClientRow[]>`
    select id, name, scopes, enabled, require_jti as "requireJti", token_epoch as "tokenEpoch",
      create_time as "createTime", update_time as "updateTime", updated_by as "updatedBy"
    from clients where project_id = ${projectId} order by create_time, id`;
}

/**
 * @param lock `change` keeps other changes and new tokens out until the transaction ends; `use` keeps changes out,
 * so that a token is never made with a credential that is just being revoked.
 */
export async function findClient(
  tx: Tx,
  projectId: number,
  { id, lock }: { id: string; lock: "change" | "use" | "none" },
): Promise<ClientRow | null> {
  const lockClause = { change: tx`for no key update`, use: tx`for share`, none: tx`` }[lock];
  const [row] = await tx<ClientRow[]>`
    select id, name, scopes, enabled, require_jti as "requireJti", token_epoch as "tokenEpoch",
      create_time as "createTime", update_time as "updateTime", updated_by as "updatedBy"
    from clients where project_id = ${projectId} and id = ${id} ${lockClause}`;
  return row ?? null;
}

export async function updateClient(
  tx: Tx,
  projectId: number,
  client: ClientSettings & ClientStamp & { readonly id: string },
): Promise<void> {
  await tx`
    update clients set name = ${client.name}, scopes = ${texts(client.scopes)}::text[], enabled = ${client.enabled},
      require_jti = ${client.requireJti}, update_time = ${new Date(client.nowMs)}, updated_by = ${client.updatedBy}
    where project_id = ${projectId} and id = ${client.id}`;
}

/** Ends all access tokens that the client has got so far. */
export async function revokeClientTokens(tx: Tx, projectId: number, id: string): Promise<void> {
  await tx`update clients set token_epoch = token_epoch + 1 where project_id = ${projectId} and id = ${id}`;
}

/** Takes its secrets and keys with it; its tokens are worth nothing without it. */
export async function deleteClient(tx: Tx, projectId: number, id: string): Promise<void> {
  await tx`delete from clients where project_id = ${projectId} and id = ${id}`;
}

/** @returns the new secret's number. */
export async function insertSecret(
  tx: Tx,
  projectId: number,
  secret: { clientId: string; hash: Buffer; hint: string; nowMs: number; untilMs: number | null },
): Promise<number> {
  const until = secret.untilMs === null ? null : new Date(secret.untilMs);
  const [row] = await tx<{ id: number }[]>`
    insert into client_secrets (project_id, client_id, hash, hint, create_time, valid_until)
    values (${projectId}, ${secret.clientId}, ${secret.hash}, ${secret.hint}, ${new Date(secret.nowMs)}, ${until})
    returning id`;
  return row?.id ?? 0;
}

/** @param clientId null: those of all the project's clients. */
export async function listSecrets(tx: Tx, projectId: number, clientId: string | null): Promise<SecretRow[]> {
  return await tx<SecretRow[]>`
    select client_id as "clientId", id, hash, hint, create_time as "createTime", valid_until as "validUntil"
    from client_secrets
    where project_id = ${projectId} and (${clientId}::text is null or client_id = ${clientId}) order by id`;
}

/** @returns false when there was none. */
export async function deleteSecret(
  tx: Tx,
  projectId: number,
  secret: { clientId: string; id: number },
): Promise<boolean> {
  const { count } = await tx`
    delete from client_secrets
    where project_id = ${projectId} and client_id = ${secret.clientId} and id = ${secret.id}`;
  return count === 1;
}

/** @returns the new key's number. */
export async function insertKey(tx: Tx, projectId: number, key: Omit<KeyRow, "id">): Promise<number> {
  const [row] = await tx<{ id: number }[]>`
    insert into client_keys
      (project_id, client_id, kind, algorithm, spki, thumbprint, valid_from, valid_until, create_time)
    values (${projectId}, ${key.clientId}, ${key.kind}, ${key.algorithm}, ${key.spki}, ${key.thumbprint},
      ${key.validFrom}, ${key.validUntil}, ${key.createTime})
    returning id`;
  return row?.id ?? 0;
}

/** @param clientId null: those of all the project's clients. */
export async function listKeys(tx: Tx, projectId: number, clientId: string | null): Promise<KeyRow[]> {
  return await tx<KeyRow[]>`
    select client_id as "clientId", id, kind, algorithm, spki, thumbprint, valid_from as "validFrom",
      valid_until as "validUntil", create_time as "createTime"
    from client_keys
    where project_id = ${projectId} and (${clientId}::text is null or client_id = ${clientId}) order by id`;
}

/** @returns false when there was none. */
export async function deleteKey(
  tx: Tx,
  projectId: number,
  key: { clientId: string; id: number },
): Promise<boolean> {
  const { count } = await tx`
    delete from client_keys
    where project_id = ${projectId} and client_id = ${key.clientId} and id = ${key.id}`;
  return count === 1;
}
