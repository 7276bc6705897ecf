/** What a caller who asked for an operation that is not there is told: what was probably meant, and what there is. */
import { nearestName } from "../../domain/near-miss.ts";
import type { Operation } from "./operation.ts";

/** `method/model` of every operation, under its other names too. */
export const pathsOf = (operations: readonly Operation[]): string[] =>
  operations.flatMap(({ method, model, aliases = [] }) =>
    [model, ...aliases].map((name) => `${method}/${name}`),
  );

/** @param asked the path below /api/external. "" where nothing helps. */
export function hintFor(asked: string, paths: readonly string[]): string {
  const near = nearestName(asked, paths);
  const meant = near === null ? "" : `Do you mean ${near}? `;
  const [method = "", model = ""] = asked.split("/");
  const models = partsOf(paths, (path) => path.startsWith(`${method}/`), 1);
  if (models.length > 0) return `${meant}${method} knows: ${models.join(", ")}.`;
  const methods = partsOf(paths, (path) => path.endsWith(`/${model}`), 0);
  if (model !== "" && methods.length > 0) return `${meant}${model} knows: ${methods.join(", ")}.`;
  if (near !== null) return meant.trimEnd();
  return `Methods are: ${[...new Set(partsOf(paths, () => true, 0))].join(", ")}.`;
}

const partsOf = (paths: readonly string[], isWanted: (path: string) => boolean, part: 0 | 1): string[] => [
  ...new Set(paths.filter(isWanted).map((path) => path.split("/")[part] ?? "")),
];
