/** Declares attributes and tags: all of a call or none. */
import { AppError } from "../../base/errors.ts";
import type { AttributeDefinition } from "../../domain/attribute-definition.ts";
import { sentence } from "../../domain/field-label.ts";
import { type AttributeRow, countAttributes, insertDefinitions } from "../../store/attributes.ts";
import { inProject } from "../../store/db.ts";
import { lockProject } from "../../store/locks.ts";
import type { Context } from "../context.ts";

/** Of each kind (decisions, section 8). */
const MAX_KEYS = 1_000;

/**
 * @returns the new rows in the order of the definitions, whose names differ.
 * @throws AppError invalid for names that are taken, with `pathOf` their places, or when there are too many.
 */
export async function createAttributes(
  context: Context,
  projectId: number,
  call: { definitions: readonly AttributeDefinition[]; message: string; pathOf: (no: number) => string },
): Promise<AttributeRow[]> {
  const { definitions, message, pathOf } = call;
  const nowMs = context.clock.now();
  return await inProject(context.app, projectId, async (tx) => {
    await lockProject(tx, projectId, "attributes");
    const rows = await insertDefinitions(tx, projectId, definitions, nowMs);
    const written = new Map(rows.map((row) => [row.name, row]));
    const taken = definitions.flatMap((definition, no) => (written.has(definition.name) ? [] : [pathOf(no)]));
    if (taken.length > 0) throw refuse(message, taken, "has already been taken");
    const { profile, other } = await countAttributes(tx, projectId);
    if (Math.max(profile, other) > MAX_KEYS)
      throw refuse(message, [pathOf(0)], `would be one of more than ${MAX_KEYS} attributes or tags`);
    return definitions.flatMap((definition) => written.get(definition.name) ?? []);
  });
}

const MAX_NAMED = 20;

const refuse = (message: string, paths: readonly string[], predicate: string): AppError =>
  new AppError("invalid", {
    message,
    errors: Object.fromEntries(paths.slice(0, MAX_NAMED).map((path) => [path, [sentence(path, predicate)]])),
  });
