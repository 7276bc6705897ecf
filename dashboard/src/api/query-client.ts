/** How answers are kept: fresh for a few seconds, asked again when the tab is looked at, tried again only when it can help. */
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { ApiError, isStatus } from "./api-error.ts";
import { keys } from "./query-keys.ts";

const FRESH_MS = 10_000;
const MOST_TRIES = 2;

export function createQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: (error) => noticeEnd(client, error) }),
    mutationCache: new MutationCache({ onError: (error) => noticeEnd(client, error) }),
    defaultOptions: {
      queries: {
        staleTime: FRESH_MS,
        retry: (tries, error) => tries < MOST_TRIES && mayPass(error),
        // Errors are drawn where the data would stand, not thrown through the page.
        throwOnError: false,
      },
    },
  });
  return client;
}

/** What says no will say no again; a gateway's fault or a lost connection may pass. */
const mayPass = (error: unknown): boolean =>
  error instanceof ApiError && (error.status === 0 || error.status >= 502);

/**
 * A session that has ended shows in whichever answer comes first: who we are is asked again, which leads to sign-in.
 * The page stays meanwhile, because a wrong password in a form of it is answered the same way.
 */
function noticeEnd(client: QueryClient, error: unknown): void {
  if (!isStatus(error, 401)) return;
  const me = client.getQueryState(keys.me());
  if (me?.status === "success") void client.invalidateQueries({ queryKey: keys.me() });
}
