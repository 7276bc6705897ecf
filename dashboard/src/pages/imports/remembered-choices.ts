/** What was chosen for the columns of the last file: a corrected file has the same ones, and nobody maps twice. */
import type { Choices, FileColumn } from "./import-model.ts";

const kept = new Map<number, Choices>();

export const rememberChoices = (projectId: number, choices: Choices): void =>
  void kept.set(projectId, choices);

/** The choices of before where they were for the same columns, else the suggestions. */
export function choicesFor(projectId: number, columns: readonly FileColumn[]): Choices {
  const before = kept.get(projectId);
  const isSame =
    before !== undefined &&
    columns.length === Object.keys(before.mapping).length &&
    columns.every(({ header }) => Object.hasOwn(before.mapping, header));
  if (isSame) return before;
  return {
    mapping: Object.fromEntries(columns.map(({ header, suggestion }) => [header, suggestion])),
    constants: {},
  };
}
