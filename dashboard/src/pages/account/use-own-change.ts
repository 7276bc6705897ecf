/** Changes to oneself: who is signed in is asked anew afterwards, whatever the project. */
import { type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";
import { keys } from "../../api/query-keys.ts";
import { type Ask, request } from "../../api/request.ts";

export function useOwnChange<Given, T = unknown>(
  ask: (given: Given) => { readonly path: string } & Omit<Ask, "projectId" | "signal">,
  onDone: (result: T) => void = () => {},
): UseMutationResult<T, Error, Given> {
  const client = useQueryClient();
  return useMutation<T, Error, Given>({
    mutationFn: (given) => {
      const { path, ...rest } = ask(given);
      return request<T>(path, { method: "POST", ...rest, projectId: null });
    },
    onSuccess: onDone,
    onSettled: () => client.invalidateQueries({ queryKey: keys.me() }),
  });
}
