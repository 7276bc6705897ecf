/** What the rows would do, and what is wrong with those that would do nothing. */
import { Button, Group, Stack, Text } from "@mantine/core";
import { useEffect, useRef } from "react";
import { type Column, DataTable, listOfRows } from "../../components/data-table.tsx";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { Panel } from "../../components/panel.tsx";
import { FileDrop } from "./file-drop.tsx";
import { type DryRun, figure, type ImportFile, type RowError, rowsWords } from "./import-model.ts";
import styles from "./imports.module.css";

export interface CheckResultProps {
  readonly result: DryRun;
  run(): void;
  readonly running: { readonly isPending: boolean; readonly error: unknown };
  onCorrected(file: ImportFile): void;
}

export function CheckResult({ result, run, running, onCorrected }: CheckResultProps) {
  const { valid, invalid } = result;
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    place.current?.scrollIntoView({ block: "nearest" });
    place.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div ref={place} tabIndex={-1} style={{ outline: "none" }}>
      <Panel title={titleOf(result)} hint={hintOf(result)} isFlush>
        <Figures result={result} />
        {invalid > 0 && <Errors result={result} onCorrected={onCorrected} />}
        <Stack gap="sm" className={styles.pad}>
          {running.error !== null && <ErrorNotice title="The import was not started" error={running.error} />}
          {valid > 0 && (
            <Group gap="sm">
              <Button onClick={run} loading={running.isPending} variant={invalid > 0 ? "default" : "filled"}>
                {invalid > 0
                  ? `Import the ${rowsWords(valid)} that ${valid === 1 ? "is" : "are"} right`
                  : `Import ${rowsWords(valid)}`}
              </Button>
            </Group>
          )}
        </Stack>
      </Panel>
    </div>
  );
}

function titleOf({ valid, invalid, rows }: DryRun): string {
  if (rows === 0) return "The file has no rows";
  if (invalid === 0) return valid === 1 ? "The row is right" : `All ${rowsWords(valid)} are right`;
  return `${rowsWords(invalid)} of ${figure(rows)} cannot be imported`;
}

function hintOf({ invalid, rows }: DryRun): string {
  if (rows === 0) return "There is nothing below the names of its columns.";
  return invalid === 0
    ? "Nothing was written yet."
    : "Nothing was written yet. Correct the file and check it again, or import the others and leave these out.";
}

function Figures({ result: { created, updated, invalid } }: { readonly result: DryRun }) {
  const figures = [
    { label: "People added", value: created, tone: "good" },
    { label: "Rows that change a person", value: updated, tone: "good" },
    { label: "Rows left out", value: invalid, tone: invalid > 0 ? "bad" : "good" },
  ];
  return (
    <dl className={styles.figures}>
      {figures.map(({ label, value, tone }) => (
        <div key={label} className={styles.figure} data-tone={tone}>
          <dt>{label}</dt>
          <dd>{figure(value)}</dd>
        </div>
      ))}
    </dl>
  );
}

const COLUMNS: readonly Column<RowError & { no: number }>[] = [
  { key: "line", label: "Line", width: "56px", align: "end", render: ({ line }) => figure(line) },
  {
    key: "message",
    label: "What is wrong",
    width: "minmax(180px, 2fr)",
    render: ({ message }) => <span style={{ whiteSpace: "normal" }}>{message}</span>,
  },
  {
    key: "value",
    label: "In the file",
    width: "minmax(90px, 1fr)",
    render: ({ value }) => (value === undefined ? "–" : <code title={value}>{value}</code>),
  },
];

function Errors({ result, onCorrected }: Pick<CheckResultProps, "result" | "onCorrected">) {
  const rows = result.errors.map((error, no) => ({ ...error, no }));
  return (
    <>
      <div className={styles.errors}>
        <DataTable
          label="Errors by line"
          columns={COLUMNS}
          list={listOfRows(rows)}
          keyOf={({ no }) => no}
          spentHeight={480}
          hasFoot={false}
          empty={null}
        />
      </div>
      <Stack gap="sm" className={styles.pad}>
        {rows.length >= MOST_SHOWN && (
          <Text size="sm" c="dimmed">
            These are the first {figure(rows.length)} errors. After an import all of them can be downloaded.
          </Text>
        )}
        <FileDrop delimiter="" isSmall onTaken={onCorrected} />
      </Stack>
    </>
  );
}

const MOST_SHOWN = 100;
