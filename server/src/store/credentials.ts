/**
 * Credentials: what leads a token to its project. App tokens are looked up across projects by hash, so that statement
 * runs as dispatch; all others run inside a project.
 */
import { type Sql, type Tx, texts } from "./db.ts";

/** @returns the project of an app token, or null when there is none, its overlap is over or it is switched off. */
export async function findProjectOfToken(dispatch: Sql, hash: Buffer, nowMs: number): Promise<number | null> {
  const [row] = await dispatch<{ project_id: number }[]>`
    select project_id from app_tokens
    where hash = ${hash} and enabled and (valid_until is null or valid_until > ${new Date(nowMs)})`;
  return row?.project_id ?? null;
}

/** @param token enabled when it does not say otherwise. */
export async function insertAppToken(
  tx: Tx,
  projectId: number,
  token: { hash: Buffer; sealed: Buffer; nowMs: number; enabled?: boolean },
): Promise<void> {
  await tx`
    insert into app_tokens (project_id, hash, sealed, create_time, enabled)
    values (${projectId}, ${token.hash}, ${token.sealed}, ${new Date(token.nowMs)}, ${token.enabled ?? true})`;
}

export interface AppTokenRow {
  readonly sealed: Buffer;
  readonly enabled: boolean;
  readonly createTime: Date;
  /** null for the one that no newer token has replaced. */
  readonly validUntil: Date | null;
}

/** Those that are not over yet, newest first. */
export async function listAppTokens(tx: Tx, projectId: number, nowMs: number): Promise<AppTokenRow[]> {
  return await tx<AppTokenRow[]>`
    select sealed, enabled, create_time as "createTime", valid_until as "validUntil" from app_tokens
    where project_id = ${projectId} and (valid_until is null or valid_until > ${new Date(nowMs)})
    order by valid_until desc nulls first, create_time desc`;
}

/** Gives every token an end; one that ends earlier keeps its own. */
export async function updateAppTokensEnd(tx: Tx, projectId: number, untilMs: number): Promise<void> {
  const until = new Date(untilMs);
  await tx`
    update app_tokens set valid_until = ${until}
    where project_id = ${projectId} and (valid_until is null or valid_until > ${until})`;
}

export async function updateAppTokensEnabled(tx: Tx, projectId: number, enabled: boolean): Promise<void> {
  await tx`update app_tokens set enabled = ${enabled} where project_id = ${projectId}`;
}

export interface AccessRow {
  readonly clientId: string;
  readonly granted: readonly string[];
  readonly ofClient: readonly string[];
}

/** What an access token stands for; null when there is none, it is over, or its client is off or gone. */
export async function findAccess(
  tx: Tx,
  projectId: number,
  token: { hash: Buffer; nowMs: number },
): Promise<AccessRow | null> {
  const [row] = await tx<AccessRow[]>`
    select t.client_id as "clientId", t.scopes as granted, c.scopes as "ofClient"
    from access_tokens t join clients c on c.project_id = t.project_id and c.id = t.client_id
    where t.project_id = ${projectId} and t.hash = ${token.hash} and t.valid_until > ${new Date(token.nowMs)}
      and c.enabled`;
  return row ?? null;
}

export async function insertAccessToken(
  tx: Tx,
  projectId: number,
  token: {
    hash: Buffer;
    clientId: string;
    credential: string;
    scopes: readonly string[];
    nowMs: number;
    untilMs: number;
  },
): Promise<void> {
  await tx`
    insert into access_tokens (project_id, hash, client_id, credential, scopes, create_time, valid_until)
    values (${projectId}, ${token.hash}, ${token.clientId}, ${token.credential}, ${texts(token.scopes)}::text[],
      ${new Date(token.nowMs)}, ${new Date(token.untilMs)})`;
}

/** Revokes a client's tokens: those got with one credential, or all. */
export async function deleteAccessTokens(
  tx: Tx,
  projectId: number,
  of: { clientId: string; credential: string | null },
): Promise<number> {
  const { count } = await tx`
    delete from access_tokens where project_id = ${projectId} and client_id = ${of.clientId}
      and (${of.credential}::text is null or credential = ${of.credential})`;
  return count;
}

/** Removes the project's tokens and used assertions that have ended. */
export async function deleteEnded(tx: Tx, projectId: number, nowMs: number): Promise<void> {
  const now = new Date(nowMs);
  await tx`delete from access_tokens where project_id = ${projectId} and valid_until < ${now}`;
  await tx`delete from used_assertions where project_id = ${projectId} and valid_until < ${now}`;
}

/** Notes that an assertion was used. @returns false when it had been before. */
export async function insertUsedAssertion(
  tx: Tx,
  projectId: number,
  assertion: { clientId: string; hash: Buffer; untilMs: number },
): Promise<boolean> {
  const rows = await tx`
    insert into used_assertions (project_id, client_id, hash, valid_until)
    values (${projectId}, ${assertion.clientId}, ${assertion.hash}, ${new Date(assertion.untilMs)})
    on conflict do nothing returning 1`;
  return rows.length === 1;
}
