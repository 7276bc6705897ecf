/** What a view shows is in its address: filters, search texts, the open tab. Plain texts, and only those that differ from the usual. */
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { type State, stateIn } from "./state-in.ts";

export type SetUrlState<S extends State> = (
  patch: Partial<S>,
  options?: {
    /** As a step of its own in the browser's history; left out: in place of the current one. */
    readonly push?: boolean;
  },
) => void;

/** @param usual the values that stand for "not in the address"; a constant outside the component. */
export function useUrlState<S extends State>(usual: S): readonly [S, SetUrlState<S>] {
  const search: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  const state = useMemo(() => stateIn(search, usual), [search, usual]);
  const set: SetUrlState<S> = useCallback(
    (patch, { push = false } = {}) =>
      void navigate({
        to: ".",
        replace: !push,
        resetScroll: false,
        search: (before: Record<string, unknown>) => withoutUsual({ ...before, ...patch }, usual),
      }),
    [navigate, usual],
  );
  return [state, set];
}

function withoutUsual(search: Record<string, unknown>, usual: State): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(search).filter(([name, value]) => value !== undefined && value !== usual[name]),
  );
}

/** `?a=1&b=x`, not JSON: people read and write these addresses. */
export const parseSearch = (text: string): Record<string, string> =>
  Object.fromEntries(new URLSearchParams(text));

export function stringifySearch(search: Record<string, unknown>): string {
  const pairs = Object.entries(search).filter(
    ([, value]) => value !== undefined && value !== null && value !== "",
  );
  const text = new URLSearchParams(pairs.map(([name, value]) => [name, String(value)])).toString();
  return text === "" ? "" : `?${text}`;
}
