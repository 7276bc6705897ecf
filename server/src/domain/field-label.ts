/**
 * Refusals read as the seeds print them: `{"text": ["Text cannot be blank."]}`, a label made from the field's name
 * and a predicate. Parsers in this folder answer the bare predicate ("cannot be blank"); whoever knows the field's
 * name makes the sentence.
 */
const MAX_SHOWN_KEY = 64; // a caller's own key is repeated in the answer: enough to find it, never the whole of it

/** `target_with_params` -> `Target With Params`; a path such as `rows[17].email` keeps its spelling. */
export function labelOf(field: string): string {
  if (/[.[]/.test(field)) return field.charAt(0).toUpperCase() + field.slice(1);
  return field
    .split(/[_\s-]+/)
    .filter((word) => word !== "")
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(" ");
}

/** A whole sentence: `sentence("id", "cannot be blank")` -> `Id cannot be blank.` */
export const sentence = (field: string, predicate: string): string => `${labelOf(field)} ${predicate}.`;

/**
 * The path of a key that the caller chose, cut to a length that an answer can carry and free of characters that
 * an answer could not show.
 */
export function keyPath(parent: string, key: string): string {
  if (key === "") return `${parent}.""`;
  const shown = key.length > MAX_SHOWN_KEY ? `${key.slice(0, MAX_SHOWN_KEY)}…` : key;
  return `${parent}.${shown.toWellFormed().replace(/\p{Cc}/gu, "?")}`;
}

/** A JSON object, as opposed to a list or null. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
