/**
 * Reading in the project of the page: one answer (`useRead`) or a list that grows by pages (`useReadList`). Both
 * put the noun and what was asked into the cache's key.
 */
import {
  type InfiniteData,
  infiniteQueryOptions,
  keepPreviousData,
  type UseQueryResult,
  useInfiniteQuery,
  useQuery,
} from "@tanstack/react-query";
import { useMemo } from "react";
import { useProject } from "../router/project-context.ts";
import { keys, type Noun } from "./query-keys.ts";
import { type Ask, type ListPage, request, requestList } from "./request.ts";

export interface Read {
  readonly noun: Noun;
  /** Below /api/app. */
  readonly path: string;
  readonly query?: Ask["query"] | undefined;
  /** false: not asked yet; there are no data meanwhile. */
  readonly enabled?: boolean;
  /** Asked again this often while the page is looked at. */
  readonly everyMs?: number | undefined;
}

export function useRead<T>({ noun, path, query, enabled = true, everyMs }: Read): UseQueryResult<T> {
  const { id: projectId } = useProject();
  return useQuery({
    queryKey: keys.list(projectId, noun, { path, ...query }),
    queryFn: ({ signal }) => request<T>(path, { projectId, query, signal }),
    enabled,
    refetchInterval: everyMs ?? false,
  });
}

/** What a DataTable draws from. */
export interface ListRead<Row> {
  readonly rows: readonly Row[];
  readonly error: unknown;
  readonly isLoading: boolean;
  readonly isFetching: boolean;
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  loadMore(): void;
  reload(): void;
}

/** How the pages of a list are asked for and kept; for asking before `useReadList` does. */
export const listQuery = <Row>(projectId: number, { noun, path, query }: Read) =>
  infiniteQueryOptions<ListPage<Row>, Error, InfiniteData<ListPage<Row>>, readonly unknown[], string | null>({
    queryKey: keys.list(projectId, noun, { path, ...query, pages: true }),
    queryFn: ({ pageParam, signal }) =>
      requestList<Row>(path, { projectId, query: { ...query, cursor: pageParam }, signal }),
    initialPageParam: null,
    getNextPageParam: (last) => last.next,
  });

export function useReadList<Row>(read: Read): ListRead<Row> {
  const { enabled = true, everyMs } = read;
  const { id: projectId } = useProject();
  const result = useInfiniteQuery({
    ...listQuery<Row>(projectId, read),
    placeholderData: keepPreviousData,
    enabled,
    // A list that one has scrolled on in stays as it is: all its pages would be asked anew.
    refetchInterval: ({ state }) => ((state.data?.pages.length ?? 0) > 1 ? false : (everyMs ?? false)),
  });
  const { data } = result;
  const rows = useMemo(() => data?.pages.flatMap((page) => page.data) ?? [], [data]);
  return {
    rows,
    error: result.error,
    isLoading: result.isPending && enabled,
    isFetching: result.isFetching,
    hasMore: result.hasNextPage,
    isLoadingMore: result.isFetchingNextPage,
    loadMore: () => void result.fetchNextPage(),
    reload: () => void result.refetch(),
  };
}
