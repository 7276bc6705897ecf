/**
 * Rows of a list: drawn only where they are in view, asked for page by page as one scrolls, walked by arrow keys and
 * opened by Enter. Loading, empty and failed are part of it, so that no list has a dead end.
 */
import { Loader, Skeleton, Text } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { type ReactNode, useEffect, useMemo } from "react";
import type { ListRead } from "../api/use-read.ts";
import styles from "./data-table.module.css";
import { DataTableBody } from "./data-table-body.tsx";
import { ErrorNotice } from "./error-notice.tsx";

export interface Column<Row> {
  readonly key: string;
  readonly label: string;
  /** A track of a CSS grid: "120px", "minmax(160px, 1fr)". */
  readonly width: string;
  readonly align?: "start" | "end";
  /** For columns of buttons: the label is for screen readers alone. */
  readonly isLabelHidden?: boolean;
  /** Left out on screens narrower than 800 pixels. */
  readonly isExtra?: boolean;
  render(row: Row): ReactNode;
}

export interface DataTableProps<Row> {
  /** What the table lists, for screen readers: "Webhooks". */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly list: ListRead<Row>;
  keyOf(row: Row): string | number;
  /** The page of a row, below /p/:projectId. The first column should carry a PageLink to it too. */
  pageOf?(row: Row): string;
  /** In place of a page: what opening a row does. */
  onOpen?(row: Row): void;
  /** The row that is shown beside the table. */
  isShown?(row: Row): boolean;
  /** Stands where the rows would: an EmptyState. */
  readonly empty: ReactNode;
  /** Pixels of the page above and below, so that the table ends with the window. */
  readonly spentHeight?: number;
  /** false: no line below that counts the rows; for tables inside a panel. */
  readonly hasFoot?: boolean;
}

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, list, empty, spentHeight = 250, hasFoot = true } = props;
  const isNarrow = useMediaQuery("(max-width: 800px)") ?? false;
  const shown = useMemo(
    () => columns.filter(({ isExtra = false }) => !(isNarrow && isExtra)),
    [columns, isNarrow],
  );
  if (list.isLoading) return <Pending columns={shown} label={label} />;
  if (list.error !== null && list.error !== undefined && list.rows.length === 0) {
    return <ErrorNotice title={`${label} cannot be shown`} error={list.error} retry={list.reload} />;
  }
  if (list.rows.length === 0) return <div className={styles.frame}>{empty}</div>;
  return (
    <>
      {Boolean(list.error) && (
        <div className={styles.stale}>
          <ErrorNotice title="What you see may be old" error={list.error} retry={list.reload} />
        </div>
      )}
      <DataTableBody {...props} columns={shown} spentHeight={spentHeight} />
      {hasFoot && <Foot list={list} />}
    </>
  );
}

/** Rows that came whole, without paging. */
export function wholeList<Row>(result: {
  readonly data: readonly Row[] | undefined;
  readonly error: unknown;
  readonly isPending: boolean;
  readonly isFetching: boolean;
  refetch(): unknown;
}): ListRead<Row> {
  return {
    rows: result.data ?? [],
    error: result.error,
    isLoading: result.isPending,
    isFetching: result.isFetching,
    hasMore: false,
    isLoadingMore: false,
    loadMore: () => {},
    reload: () => void result.refetch(),
  };
}

/** Rows that are at hand already. */
export const listOfRows = <Row,>(rows: readonly Row[]): ListRead<Row> => ({
  rows,
  error: null,
  isLoading: false,
  isFetching: false,
  hasMore: false,
  isLoadingMore: false,
  loadMore: () => {},
  reload: () => {},
});

const GHOSTS = Array.from({ length: 7 }, (_, i) => i);
const GHOST_WIDTHS = ["62%", "48%", "74%", "55%"];

function Pending<Row>({ columns, label }: { columns: readonly Column<Row>[]; label: string }) {
  const template = columns.map(({ width }) => width).join(" ");
  return (
    <div className={styles.frame} role="status" aria-label={`Loading: ${label}`}>
      {GHOSTS.map((row) => (
        <div key={row} className={styles.ghost} style={{ gridTemplateColumns: template }}>
          {columns.map(({ key }, i) => (
            <Skeleton
              key={key}
              height={11}
              radius="xl"
              width={GHOST_WIDTHS[(row + i) % GHOST_WIDTHS.length]}
            />
          ))}
        </div>
      ))}
    </div>
  );
}

function Foot<Row>({ list }: { list: ListRead<Row> }) {
  const { rows, hasMore, isLoadingMore, loadMore } = list;
  // A first page that does not fill the window has nothing to scroll.
  useEffect(() => {
    if (hasMore && rows.length < FEW_ROWS && !isLoadingMore) loadMore();
  }, [hasMore, rows.length, isLoadingMore, loadMore]);
  return (
    <Text size="xs" c="dimmed" mt={8} role="status" component="div" className={styles.foot}>
      {isLoadingMore && <Loader size={12} />}
      {rows.length} {rows.length === 1 ? "row" : "rows"}
      {hasMore ? ", more as you scroll" : ""}
    </Text>
  );
}

const FEW_ROWS = 20;
