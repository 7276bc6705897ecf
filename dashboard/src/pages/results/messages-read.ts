/**
 * What the message log asks for, by its address. Apart from the page, because it is asked while the page's script
 * still loads (routes.ts).
 */
import type { Read } from "../../api/use-read.ts";
import { stateIn } from "../../router/state-in.ts";
import { type Range, rangeIn } from "./range.ts";

/** What stands for "not in the address". A constant: it is compared by identity. */
export const USUAL_FILTERS = {
  q: "",
  campaign_id: "",
  execution_id: "",
  message_type: "",
  outcome: "",
  reason: "",
  range: "",
  from: "",
  to: "",
  /** The message beside the list. */
  message: "",
};
export type FilterState = typeof USUAL_FILTERS;

/** Of the log: everything that there is. */
export const USUAL_RANGE = "all";

const PAGE_ROWS = 100;
const LIVE_MS = 4_000;

/** Follows what is going on where asking again is cheap: what is found through an index. */
export function messagesRead(state: FilterState, { from, to }: Range): Read {
  const { message: _shown, range: _range, ...filters } = state;
  const isCheap = state.execution_id !== "" || (state.outcome === "" && state.reason === "");
  return {
    noun: "messages",
    path: "/messages",
    query: { ...filters, from, to, limit: PAGE_ROWS },
    ...(isCheap && to === null ? { everyMs: LIVE_MS } : {}),
  };
}

/** The same by the address alone. */
export function messagesReadAt(search: Readonly<Record<string, unknown>>, nowMs: number): Read {
  const state = stateIn(search, USUAL_FILTERS);
  return messagesRead(state, rangeIn(state, USUAL_RANGE, nowMs));
}
