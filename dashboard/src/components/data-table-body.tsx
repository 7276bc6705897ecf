/** The scrolled part of a DataTable: sticky head, rows in view, the keyboard's way through them. */
import { VisuallyHidden } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useVirtualizer, type VirtualItem } from "@tanstack/react-virtual";
import { type KeyboardEvent, type MouseEvent, useEffect, useRef, useState } from "react";
import { useProject } from "../router/project-context.ts";
import styles from "./data-table.module.css";
import type { Column, DataTableProps } from "./data-table.tsx";

/** Of a row of one line (data-table.module.css). A wrong guess draws all rows again once they are measured. */
const ROW_PIXELS = 44;
const OVERSCAN = 8;
/** The least height of the frame, however small the window. */
const LEAST_PIXELS = 340;
/** Rows before the end at which the next page is asked for. */
const AHEAD = 15;
const PAGE_ROWS = 10;

export function DataTableBody<Row>(props: DataTableProps<Row> & { readonly spentHeight: number }) {
  const { label, columns, list, keyOf, spentHeight } = props;
  const { rows, hasMore, isLoadingMore, loadMore } = list;
  const scroller = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  /** The row that takes the focus as soon as it is drawn. */
  const wanted = useRef<number | null>(null);
  const open = useOpen(props);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PIXELS,
    getItemKey: (index) => keyOf(rows[index] as Row),
    overscan: OVERSCAN,
    // The rows are in the first drawing, not in a second one after the frame was measured.
    initialRect: { width: 0, height: Math.max(LEAST_PIXELS, window.innerHeight - spentHeight) },
  });
  const items = virtual.getVirtualItems();
  const lastSeen = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && !isLoadingMore && lastSeen >= rows.length - AHEAD) loadMore();
  }, [hasMore, isLoadingMore, lastSeen, rows.length, loadMore]);

  useEffect(() => {
    if (wanted.current === null) return;
    const row = scroller.current?.querySelector<HTMLElement>(`[data-index="${wanted.current}"]`);
    if (row === null || row === undefined) return;
    wanted.current = null;
    row.focus({ preventScroll: true });
  });

  const moveTo = (index: number): void => {
    const to = Math.max(0, Math.min(rows.length - 1, index));
    setActive(to);
    virtual.scrollToIndex(to, { align: "auto" });
    wanted.current = to;
  };
  const press = (event: KeyboardEvent<HTMLElement>): void => {
    if (!(event.target instanceof HTMLElement) || event.target.dataset.index === undefined) return;
    const target = STEPS[event.key]?.(active, rows.length);
    if (target !== undefined) moveTo(target);
    else if (event.key === "Enter" && open !== null) open(rows[active] as Row, false);
    else return;
    event.preventDefault();
  };
  const template = columns.map(({ width }) => width).join(" ");
  return (
    <div
      ref={scroller}
      className={styles.scroller}
      style={{ maxHeight: `max(${LEAST_PIXELS}px, calc(100dvh - ${spentHeight}px))` }}
    >
      <table className={styles.table} aria-label={label} aria-rowcount={hasMore ? -1 : rows.length + 1}>
        <Head columns={columns} template={template} />
        <tbody className={styles.body} style={{ height: virtual.getTotalSize() }} onKeyDown={press}>
          {items.map((item) => (
            <BodyRow
              key={item.key}
              item={item}
              row={rows[item.index] as Row}
              columns={columns}
              template={template}
              isActive={item.index === Math.min(active, rows.length - 1)}
              measure={virtual.measureElement}
              focus={() => setActive(item.index)}
              open={open}
              isShown={props.isShown?.(rows[item.index] as Row) ?? false}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

type Step = (from: number, count: number) => number;

const STEPS: Readonly<Record<string, Step | undefined>> = {
  ArrowDown: (from) => from + 1,
  ArrowUp: (from) => from - 1,
  PageDown: (from) => from + PAGE_ROWS,
  PageUp: (from) => from - PAGE_ROWS,
  Home: () => 0,
  End: (_from, count) => count - 1,
};

type Open<Row> = ((row: Row, inNewTab: boolean) => void) | null;

function useOpen<Row>({ pageOf, onOpen }: DataTableProps<Row>): Open<Row> {
  const navigate = useNavigate();
  const { path } = useProject();
  if (onOpen !== undefined) return (row) => onOpen(row);
  if (pageOf === undefined) return null;
  return (row, inNewTab) => {
    const to = path(pageOf(row));
    if (inNewTab) window.open(to, "_blank", "noopener");
    else void navigate({ to });
  };
}

function Head<Row>({ columns, template }: { columns: readonly Column<Row>[]; template: string }) {
  return (
    <thead className={styles.head}>
      <tr className={styles.row} style={{ gridTemplateColumns: template }}>
        {columns.map(({ key, label, align, isLabelHidden = false }) => (
          <th key={key} scope="col" data-align={align} className={styles.label}>
            {isLabelHidden ? <VisuallyHidden>{label}</VisuallyHidden> : label}
          </th>
        ))}
      </tr>
    </thead>
  );
}

interface BodyRowProps<Row> {
  readonly item: VirtualItem;
  readonly row: Row;
  readonly columns: readonly Column<Row>[];
  readonly template: string;
  readonly isActive: boolean;
  measure(element: Element | null): void;
  focus(): void;
  readonly open: Open<Row>;
  readonly isShown: boolean;
}

function BodyRow<Row>(props: BodyRowProps<Row>) {
  const { item, row, columns, template, isActive, measure, focus, open, isShown } = props;
  const click = (event: MouseEvent<HTMLElement>): void => {
    const isOnControl =
      event.target instanceof Element && event.target.closest("a, button, input, label") !== null;
    const isSelecting = window.getSelection()?.type === "Range";
    if (open === null || isOnControl || isSelecting) return;
    open(row, event.ctrlKey || event.metaKey);
  };
  return (
    <tr
      ref={measure}
      data-index={item.index}
      aria-rowindex={item.index + 2}
      tabIndex={isActive ? 0 : -1}
      className={styles.row}
      data-opens={open !== null || undefined}
      aria-current={isShown || undefined}
      style={{ gridTemplateColumns: template, transform: `translateY(${item.start}px)` }}
      onClick={click}
      onFocus={focus}
    >
      {columns.map(({ key, align, render }) => (
        <td key={key} data-align={align} className={styles.cell}>
          {render(row)}
        </td>
      ))}
    </tr>
  );
}
