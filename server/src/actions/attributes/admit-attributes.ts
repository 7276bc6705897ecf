/**
 * Which custom attributes a write may bring with it: a project has so many at most, and may insist on those that were
 * created on purpose (decisions: profiles and their data).
 */
import { readProjectSettings } from "../../domain/project-settings.ts";
import { inProject, type Tx } from "../../store/db.ts";
import { findProject } from "../../store/projects.ts";
import type { Context } from "../context.ts";

const MAX_ATTRIBUTES = 1_000;
/** Names in one error; a file may bring hundreds. */
const MAX_NAMED = 10;

export interface NewAttributes {
  /** The project's own, by name. */
  readonly known: { readonly size: number };
  /** Names that it does not have. */
  readonly wanted: Iterable<string>;
}

/** @returns a predicate that says why the new ones are not made; null when they may be. */
export async function refusalOfNewIn(
  tx: Tx,
  projectId: number,
  { known, wanted }: NewAttributes,
): Promise<string | null> {
  const names = [...wanted];
  if (names.length === 0) return null;
  if (known.size + names.length > MAX_ATTRIBUTES)
    return `would make more than ${MAX_ATTRIBUTES} custom attributes`;
  const project = await findProject(tx, projectId);
  if (project === null || !readProjectSettings(project.settings).known_attributes_only) return null;
  const named = names.slice(0, MAX_NAMED).join(", ");
  const others = names.length > MAX_NAMED ? ` and ${names.length - MAX_NAMED} more` : "";
  return `must name attributes that the project has; unknown: ${named}${others} (create/attribute makes one)`;
}

/** The same in a transaction of its own, which most calls do not need: they bring nothing new. */
export async function refusalOfNew(
  context: Context,
  projectId: number,
  { known, wanted }: NewAttributes,
): Promise<string | null> {
  const names = [...wanted];
  if (names.length === 0) return null;
  return await inProject(context.app, projectId, (tx) =>
    refusalOfNewIn(tx, projectId, { known, wanted: names }),
  );
}
