/**
 * Where pages of lists ended, so that the next page begins after that row and does not count out all rows before it.
 * A help and no more: another process, or this one after a restart, counts the offset out and answers the same rows.
 */
import type { Clock } from "../../base/clock.ts";
import { sha256 } from "../../base/crypto.ts";

/** What makes two questions the same list: project, source, condition and order. */
type ListKey = readonly unknown[];

export interface PageMarks {
  /** @returns the id of the row before `offset`, or null. */
  find(list: ListKey, offset: number): number | null;
  mark(list: ListKey, at: { offset: number; id: number }): void;
}

/** Above this the pages are counted as before: rows that went meanwhile would otherwise show in shallow pages. */
const DEEP_OFFSET = 1_000;
const MAX_MARKS = 2_000;
/** A caller asks for the next page at once; an old mark would only hide rows that came since. */
const MARK_MS = 10 * 60_000;

const keyOf = (list: ListKey, offset: number): string =>
  `${sha256(JSON.stringify(list)).toString("base64url")}:${offset}`;

export function createPageMarks(clock: Clock): PageMarks {
  const marks = new Map<string, { readonly id: number; readonly untilMs: number }>();
  return {
    find(list, offset) {
      if (offset < DEEP_OFFSET) return null;
      const found = marks.get(keyOf(list, offset));
      return found === undefined || found.untilMs < clock.monotonicMs() ? null : found.id;
    },
    mark(list, { offset, id }) {
      if (offset < DEEP_OFFSET) return;
      const key = keyOf(list, offset);
      marks.delete(key);
      marks.set(key, { id, untilMs: clock.monotonicMs() + MARK_MS });
      if (marks.size > MAX_MARKS) marks.delete(marks.keys().next().value ?? "");
    },
  };
}
