/** A client's public keys and certificates, with which its assertions are checked. */
import { AppError } from "../../base/errors.ts";
import { CLIENT_LIMITS, readUploadedKey, type UploadedKey } from "../../domain/client.ts";
import { sentence } from "../../domain/field-label.ts";
import { deleteKey, insertKey, listKeys } from "../../store/clients.ts";
import type { Tx } from "../../store/db.ts";
import type { Context } from "../context.ts";
import type { Actor } from "../tokens/audit-trail.ts";
import type { ClientView } from "./client-view.ts";
import { changeClient } from "./save-client.ts";

export interface KeyRequest {
  readonly id: string;
  readonly pem: unknown;
  readonly algorithm: unknown;
  readonly untilMs: number | undefined;
  readonly actor: Actor;
}

/** @throws AppError invalid, not_found, conflict */
export async function addKey(context: Context, projectId: number, request: KeyRequest): Promise<ClientView> {
  const { id, pem, algorithm, untilMs, actor } = request;
  const read = readUploadedKey({ pem, algorithm, validUntilMs: untilMs, nowMs: context.clock.now() });
  if (!read.ok) {
    const { field, predicate } = read.error;
    throw new AppError("invalid", { errors: { [field]: [sentence(field, predicate)] } });
  }
  const key = read.value;
  return await changeClient(context, projectId, {
    id,
    actor,
    async work(tx, { nowMs }) {
      await checkRoom(tx, projectId, { id, thumbprint: key.thumbprint });
      const keyId = await insertKey(tx, projectId, rowOf(key, id, nowMs));
      const { kind, thumbprint } = key;
      const valid_until = Math.floor(key.validUntilMs / 1000);
      const after = { id: keyId, kind, algorithm: key.algorithm, thumbprint, valid_until };
      return { action: "client.add_key", after };
    },
  });
}

async function checkRoom(
  tx: Tx,
  projectId: number,
  { id, thumbprint }: { id: string; thumbprint: string },
): Promise<void> {
  const keys = await listKeys(tx, projectId, id);
  if (keys.length >= CLIENT_LIMITS.keys) {
    const message = `A client has at most ${CLIENT_LIMITS.keys} keys. Delete one first.`;
    throw new AppError("conflict", { message });
  }
  // One key under two algorithms would leave the choice to the caller.
  if (keys.some((key) => key.thumbprint === thumbprint))
    throw new AppError("conflict", { message: "The client has this key already." });
}

const rowOf = (key: UploadedKey, clientId: string, nowMs: number) => ({
  clientId,
  kind: key.kind,
  algorithm: key.algorithm,
  spki: key.spki,
  thumbprint: key.thumbprint,
  validFrom: key.validFromMs === null ? null : new Date(key.validFromMs),
  validUntil: new Date(key.validUntilMs),
  createTime: new Date(nowMs),
});

/** Deletes a key and ends the access tokens that were got with it. @throws AppError not_found */
export async function removeKey(
  context: Context,
  projectId: number,
  { id, keyId, actor }: { id: string; keyId: number; actor: Actor },
): Promise<ClientView> {
  return await changeClient(context, projectId, {
    id,
    actor,
    async work(tx) {
      if (!(await deleteKey(tx, projectId, { clientId: id, id: keyId }))) throw new AppError("not_found");
      return { action: "client.delete_key", before: { id: keyId } };
    },
  });
}
