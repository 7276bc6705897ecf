/**
 * Credentials: what leads a token to its project. App tokens are looked up across projects by hash, so that statement
 * runs as dispatch; all others run inside a project.
 */
import { type Sql, type Tx, texts, times } from "./db.ts";

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

/**
 * What an access token stands for; null when there is none, it is over, it was revoked, or its client is off or gone.
 * A token goes with the secret or key that it was got with.
 */
export async function findAccess(
  tx: Tx,
  projectId: number,
  token: { hash: Buffer; nowMs: number },
): Promise<AccessRow | null> {
  const [row] = await tx<AccessRow[]>`
    select t.client_id as "clientId", t.scopes as granted, c.scopes as "ofClient"
    from access_tokens t
    join clients c on c.project_id = t.project_id and c.id = t.client_id and c.token_epoch = t.epoch
    where t.project_id = ${projectId} and t.hash = ${token.hash} and t.valid_until > ${new Date(token.nowMs)}
      and c.enabled
      and (exists (
          select from client_secrets s
          where s.project_id = ${projectId} and s.client_id = t.client_id and t.credential = 'secret:' || s.id)
        or exists (
          select from client_keys k
          where k.project_id = ${projectId} and k.client_id = t.client_id and t.credential = 'key:' || k.id))`;
  return row ?? null;
}

/** A token got with `credential`, for example `secret:5`. */
export interface NewAccessToken {
  readonly hash: Buffer;
  readonly credential: string;
  readonly scopes: readonly string[];
}

/** Of one client in its present epoch, all from now on until the same moment. */
export async function insertAccessTokens(
  tx: Tx,
  projectId: number,
  tokens: {
    clientId: string;
    epoch: number;
    nowMs: number;
    untilMs: number;
    rows: readonly NewAccessToken[];
  },
): Promise<void> {
  const { clientId, epoch, nowMs, untilMs, rows } = tokens;
  await tx`
    insert into access_tokens (project_id, client_id, epoch, create_time, valid_until, hash, credential, scopes)
    select ${projectId}, ${clientId}, ${epoch}, ${new Date(nowMs)}, ${new Date(untilMs)}, decode(u.hash, 'hex'),
      u.credential, string_to_array(u.scopes, ' ')
    from unnest(${texts(rows.map(({ hash }) => hash.toString("hex")))}::text[],
      ${texts(rows.map(({ credential }) => credential))}::text[],
      ${texts(rows.map(({ scopes }) => scopes.join(" ")))}::text[]) as u (hash, credential, scopes)`;
}

/**
 * Removes some of the project's tokens and used assertions that have ended, those that ended first. Rows that somebody
 * else is just removing are left to them. @returns how many went.
 */
export async function deleteEnded(
  tx: Tx,
  projectId: number,
  { nowMs, limit }: { nowMs: number; limit: number },
): Promise<number> {
  const now = new Date(nowMs);
  const [tokens, assertions] = await Promise.all([
    tx`
      with ended as materialized (
        select hash from access_tokens where project_id = ${projectId} and valid_until < ${now}
        order by valid_until limit ${limit} for update skip locked)
      delete from access_tokens t using ended where t.project_id = ${projectId} and t.hash = ended.hash`,
    tx`
      with ended as materialized (
        select client_id, hash from used_assertions where project_id = ${projectId} and valid_until < ${now}
        order by valid_until limit ${limit} for update skip locked)
      delete from used_assertions a using ended
      where a.project_id = ${projectId} and a.client_id = ended.client_id and a.hash = ended.hash`,
  ]);
  return tokens.count + assertions.count;
}

/** By what a used assertion is known again, as hex, and until when. */
export interface UsedAssertion {
  readonly hash: string;
  readonly untilMs: number;
}

/**
 * Notes that assertions of a client were used, in the order of their hashes, so that two that write the same ones
 * never wait for each other in a circle. @returns the hashes that had not been used before.
 */
export async function insertUsedAssertions(
  tx: Tx,
  projectId: number,
  { clientId, uses }: { clientId: string; uses: readonly UsedAssertion[] },
): Promise<Set<string>> {
  const order = uses.toSorted((a, b) => (a.hash < b.hash ? -1 : 1));
  const rows = await tx<{ hash: string }[]>`
    insert into used_assertions (project_id, client_id, hash, valid_until)
    select ${projectId}, ${clientId}, decode(u.hash, 'hex'), u.valid_until
    from unnest(${texts(order.map(({ hash }) => hash))}::text[],
      ${times(order.map(({ untilMs }) => untilMs))}::timestamptz[]) as u (hash, valid_until)
    on conflict do nothing returning encode(hash, 'hex') as hash`;
  return new Set(rows.map(({ hash }) => hash));
}
