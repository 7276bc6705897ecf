/** What an administrator is shown of a client: its scopes and credentials, never a secret. */
import { AppError } from "../../base/errors.ts";
import { secondsOf, secondsOrNull } from "../../domain/unix-time.ts";
import {
  type ClientRow,
  findClient,
  type KeyRow,
  listClients,
  listKeys,
  listSecrets,
  type SecretRow,
} from "../../store/clients.ts";
import { inProject, type Tx } from "../../store/db.ts";
import type { Context } from "../context.ts";

/** Times are unix seconds. */
export interface ClientView {
  readonly client_id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly enabled: boolean;
  readonly require_jti: boolean;
  readonly create_time: number;
  readonly updated_time: number;
  readonly updated_by: string;
  readonly secrets: readonly SecretView[];
  readonly keys: readonly KeyView[];
}

export interface SecretView {
  readonly id: number;
  /** The last four characters. */
  readonly hint: string;
  readonly create_time: number;
  readonly valid_until: number | null;
}

export interface KeyView {
  readonly id: number;
  readonly kind: string;
  readonly algorithm: string;
  /** What an assertion may name as its `kid`. */
  readonly thumbprint: string;
  readonly create_time: number;
  readonly valid_from: number | null;
  readonly valid_until: number;
}

export async function viewClients(context: Context, projectId: number): Promise<ClientView[]> {
  return await inProject(context.app, projectId, async (tx) => {
    const [rows, secrets, keys] = await Promise.all([
      listClients(tx, projectId),
      listSecrets(tx, projectId, null),
      listKeys(tx, projectId, null),
    ]);
    return rows.map((row) => viewClient(row, { secrets, keys }));
  });
}

/** @throws AppError not_found */
export async function viewOneClient(context: Context, projectId: number, id: string): Promise<ClientView> {
  return await inProject(context.app, projectId, (tx) => readClient(tx, projectId, id));
}

/** @throws AppError not_found */
export async function readClient(tx: Tx, projectId: number, id: string): Promise<ClientView> {
  const row = await findClient(tx, projectId, { id, lock: "none" });
  if (row === null) throw new AppError("not_found");
  const [secrets, keys] = await Promise.all([listSecrets(tx, projectId, id), listKeys(tx, projectId, id)]);
  return viewClient(row, { secrets, keys });
}

function viewClient(row: ClientRow, of: { secrets: SecretRow[]; keys: KeyRow[] }): ClientView {
  return {
    client_id: row.id,
    name: row.name,
    scopes: row.scopes,
    enabled: row.enabled,
    require_jti: row.requireJti,
    create_time: secondsOf(row.createTime),
    updated_time: secondsOf(row.updateTime),
    updated_by: row.updatedBy,
    secrets: of.secrets.filter(({ clientId }) => clientId === row.id).map(viewSecret),
    keys: of.keys.filter(({ clientId }) => clientId === row.id).map(viewKey),
  };
}

const viewSecret = ({ id, hint, createTime, validUntil }: SecretRow): SecretView => ({
  id,
  hint,
  create_time: secondsOf(createTime),
  valid_until: secondsOrNull(validUntil),
});

const viewKey = (row: KeyRow): KeyView => ({
  id: row.id,
  kind: row.kind,
  algorithm: row.algorithm,
  thumbprint: row.thumbprint,
  create_time: secondsOf(row.createTime),
  valid_from: secondsOrNull(row.validFrom),
  valid_until: secondsOf(row.validUntil),
});
