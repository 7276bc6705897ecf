/**
 * A visit begins with one address: what its page will ask is asked at once, while scripts still load and nothing is
 * drawn. Answers land in the cache, where the page finds them; failures are asked anew and shown by the page.
 */
import type { QueryClient } from "@tanstack/react-query";
import { meQuery, projectSettingsQuery } from "../api/me.ts";
import { listQuery } from "../api/use-read.ts";
import { PAGE_ROUTES } from "./page-route.ts";
import { parseSearch } from "./url-state.ts";

export interface Asked {
  readonly pathname: string;
  readonly search: string;
  readonly nowMs: number;
}

/** Resolves when the questions are on their way; never rejects. */
export async function askAhead(client: QueryClient, { pathname, search, nowMs }: Asked): Promise<void> {
  const [, projectId, below = ""] = /^\/p\/(\d+)(?:\/(.*?))?\/?$/.exec(pathname) ?? [];
  if (projectId === undefined) return;
  const me = await client.fetchQuery(meQuery()).catch(() => null);
  const project = me?.projects.find(({ id }) => String(id) === projectId);
  if (project === undefined) return;
  const page = PAGE_ROUTES.find(({ path }) => path === below);
  // The server would refuse it, and the page is not shown to them.
  const mayAsk = page?.permission == null || project.permissions.includes(page.permission);
  if (page?.firstList !== undefined && mayAsk) {
    const read = page.firstList(parseSearch(search), nowMs);
    void client.prefetchInfiniteQuery(listQuery(project.id, read));
  }
  void client.prefetchQuery(projectSettingsQuery(project.id));
}
