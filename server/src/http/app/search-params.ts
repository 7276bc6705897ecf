/** Search texts and cursors of lists: what comes from a person's keyboard, checked before it reaches the database. */
import type { FastifyRequest } from "fastify";
import { parseId } from "../../domain/ids.ts";
import { findFault } from "../../domain/storable-value.ts";
import { queryText, refused } from "./params.ts";

const MAX_SEARCH = 4_096; // the longest target, a device's token

/** "" where nothing is searched for. @throws AppError invalid */
export function querySearch(request: FastifyRequest, name = "q"): string {
  const text = (queryText(request, name) ?? "").trim();
  const fault = findFault(text, name);
  if (fault !== null) throw refused(name, fault.predicate);
  if (text.length > MAX_SEARCH) throw refused(name, `must have at most ${MAX_SEARCH} characters`);
  return text;
}

/** `cursor` of lists that go down in ids. @throws AppError invalid */
export function queryCursor(request: FastifyRequest): number | null {
  const text = queryText(request, "cursor");
  if (text === null) return null;
  const id = parseId(text);
  if (!id.ok) throw refused("cursor", "is not one that a list gave");
  return id.value;
}
