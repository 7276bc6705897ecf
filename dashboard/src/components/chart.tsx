/** Figures over time. The drawing is fetched when a page first needs one; beside it stands the same as a table. */
import { Button, Skeleton, Table } from "@mantine/core";
import { lazy, Suspense, useState } from "react";
import { useProject } from "../router/project-context.ts";
import styles from "./chart.module.css";
import { formatTime } from "./time.tsx";

export interface Series {
  readonly label: string;
  /** One for each time; null where nothing is known. */
  readonly values: readonly (number | null)[];
  /** A variable of the theme, such as "--good". */
  readonly color: string;
  /** Told apart by more than colour. */
  readonly isDashed?: boolean;
}

export interface ChartProps {
  readonly label: string;
  /** Unix seconds, rising. */
  readonly times: readonly number[];
  readonly series: readonly Series[];
  readonly height?: number;
}

const Drawing = lazy(() => import("./chart-drawing.tsx"));

export function Chart(props: ChartProps) {
  const { label, height = 220 } = props;
  const [isTable, setTable] = useState(false);
  const drawing = (
    <Suspense fallback={<Skeleton height={height} />}>
      <div role="img" aria-label={`${label}. The button below shows the figures as a table.`}>
        <Drawing {...props} height={height} />
      </div>
    </Suspense>
  );
  return (
    <figure className={styles.figure}>
      {isTable ? <FigureTable {...props} /> : drawing}
      <Button size="compact-xs" variant="subtle" color="gray" onClick={() => setTable(!isTable)}>
        {isTable ? "Show as a chart" : "Show as a table"}
      </Button>
    </figure>
  );
}

function FigureTable({ label, times, series, height = 220 }: ChartProps) {
  const { timeZone } = useProject();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div className={styles.scroller} style={{ maxHeight: Math.max(height, 320) }} tabIndex={0}>
      <Table aria-label={label} stickyHeader>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Time</Table.Th>
            {series.map((one) => (
              <Table.Th key={one.label} scope="col" ta="end">
                {one.label}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {times.map((time, i) => (
            <Table.Tr key={time}>
              <Table.Td>{formatTime(time, timeZone)}</Table.Td>
              {series.map((one) => (
                <Table.Td key={one.label} ta="end">
                  {one.values[i] ?? "–"}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
