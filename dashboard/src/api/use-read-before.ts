/** Lists that page by the number of the last row seen (`before`), not by a cursor. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useProject } from "../router/project-context.ts";
import { keys } from "./query-keys.ts";
import { request } from "./request.ts";
import type { ListRead, Read } from "./use-read.ts";

const PAGE_ROWS = 100;

export interface ReadBefore<Row> extends Omit<Read, "enabled"> {
  numberOf(row: Row): number;
}

export function useReadBefore<Row>({ noun, path, query, everyMs, numberOf }: ReadBefore<Row>): ListRead<Row> {
  const { id: projectId } = useProject();
  const result = useInfiniteQuery({
    queryKey: keys.list(projectId, noun, { path, ...query, pages: true }),
    queryFn: ({ pageParam, signal }) =>
      request<Row[]>(path, { projectId, query: { ...query, before: pageParam, limit: PAGE_ROWS }, signal }),
    initialPageParam: null as number | null,
    getNextPageParam: (last) => {
      const end = last.at(-1);
      return last.length < PAGE_ROWS || end === undefined ? null : numberOf(end);
    },
    refetchInterval: everyMs ?? false,
  });
  const { data } = result;
  const rows = useMemo(() => data?.pages.flat() ?? [], [data]);
  return {
    rows,
    error: result.error,
    isLoading: result.isPending,
    isFetching: result.isFetching,
    hasMore: result.hasNextPage,
    isLoadingMore: result.isFetchingNextPage,
    loadMore: () => void result.fetchNextPage(),
    reload: () => void result.refetch(),
  };
}
