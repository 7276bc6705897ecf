/**
 * Changing something in the project of the page. When it is done, every answer of the touched nouns is asked anew;
 * `optimistic` shows the result at once and takes it back when the server refuses.
 */
import { type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";
import { useProject } from "../router/project-context.ts";
import { keys, type Noun } from "./query-keys.ts";
import { type Ask, request } from "./request.ts";

export interface Change<Given, T> {
  /** What to send; the project is put in. */
  readonly ask: (given: Given) => { readonly path: string } & Omit<Ask, "projectId" | "signal">;
  readonly touches: readonly Noun[];
  readonly onDone?: (result: T, given: Given) => void;
  /** Only where a refusal is rare and going back is harmless. */
  readonly optimistic?: {
    readonly noun: Noun;
    /** Applied to each cached answer of the noun; gives undefined for those that it leaves alone. */
    readonly apply: (cached: unknown, given: Given) => unknown;
  };
}

type Snapshot = readonly (readonly [readonly unknown[], unknown])[];

export function useChange<Given, T = unknown>(
  change: Change<Given, T>,
): UseMutationResult<T, Error, Given, Snapshot> {
  const client = useQueryClient();
  const { id: projectId } = useProject();
  return useMutation<T, Error, Given, Snapshot>({
    mutationFn: (given) => {
      const { path, ...ask } = change.ask(given);
      return request<T>(path, { method: "POST", ...ask, projectId });
    },
    onMutate: async (given) => {
      if (change.optimistic === undefined) return [];
      const { noun, apply } = change.optimistic;
      const queryKey = keys.all(projectId, noun);
      await client.cancelQueries({ queryKey });
      const before = client.getQueriesData({ queryKey });
      for (const [key, cached] of before) {
        const next = cached === undefined ? undefined : apply(cached, given);
        if (next !== undefined) client.setQueryData(key, next);
      }
      return before;
    },
    onError: (_error, _given, before) => {
      for (const [key, cached] of before ?? []) client.setQueryData(key, cached);
    },
    onSuccess: (result, given) => change.onDone?.(result, given),
    onSettled: () =>
      Promise.all(
        change.touches.map((noun) => client.invalidateQueries({ queryKey: keys.all(projectId, noun) })),
      ),
  });
}
