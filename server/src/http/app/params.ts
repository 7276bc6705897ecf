/** Reads what stands in paths, queries and bodies. */
import type { FastifyRequest } from "fastify";
import { AppError } from "../../base/errors.ts";
import { isRecord, sentence } from "../../domain/field-label.ts";
import { parseId } from "../../domain/ids.ts";

/** The id in the path. @throws AppError not_found: what is no id leads to nothing, like an id of another project. */
export function pathId(request: FastifyRequest): number {
  const id = parseId((request.params as { id?: string }).id);
  if (!id.ok) throw new AppError("not_found");
  return id.value;
}

/** Connections are numbered by `integer`. */
const MAX_CONNECTION_ID = 2 ** 31 - 1;

/** @throws AppError not_found */
export function pathConnectionId(request: FastifyRequest): number {
  const id = pathId(request);
  if (id > MAX_CONNECTION_ID) throw new AppError("not_found");
  return id;
}

/**
 * One value of the query; null when it is missing or empty. The first of twins counts.
 * @throws AppError invalid for what the database could not even compare with
 */
export function queryText(request: FastifyRequest, name: string): string | null {
  const value = (request.query as Record<string, string | string[] | undefined>)[name];
  const text = Array.isArray(value) ? value[0] : value;
  if (text?.includes("\0")) throw refused(name, "contains characters that cannot be stored");
  return text === undefined || text === "" ? null : text;
}

/** `limit` of the query. @throws AppError invalid */
export function queryLimit(
  request: FastifyRequest,
  { fallback, most }: { fallback: number; most: number },
): number {
  const text = queryText(request, "limit");
  if (text === null) return fallback;
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > most) throw refused("limit", `must be a whole number from 1 to ${most}`);
  return limit;
}

/** @param predicate as "cannot be blank". */
export const refused = (field: string, predicate: string): AppError =>
  new AppError("invalid", { errors: { [field]: [sentence(field, predicate)] } });

/** The body of a request under /api/app; none is an empty one. */
export const bodyOf = (request: FastifyRequest): Readonly<Record<string, unknown>> =>
  isRecord(request.body) ? request.body : {};
