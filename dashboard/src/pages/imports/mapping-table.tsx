/** The columns of the file with samples, each with the attribute that it goes to. */
import { Skeleton, Text } from "@mantine/core";
import type { AttributeName, TemplateNames } from "../../../../server/src/domain/template-names.ts";
import { useRead } from "../../api/use-read.ts";
import type { FileColumn, Mapping } from "./import-model.ts";
import styles from "./imports.module.css";
import { TargetSelect } from "./target-select.tsx";

export interface MappingTableProps {
  readonly columns: readonly FileColumn[];
  readonly mapping: Mapping;
  onChange(mapping: Mapping): void;
}

export function MappingTable({ columns, mapping, onChange }: MappingTableProps) {
  const names = useRead<TemplateNames>({ noun: "names", path: "/names" });
  const known = names.data?.attributes ?? [];
  // A choice shows its label from the start: what is new and what is known must be known by then.
  if (names.isPending) return <Skeleton height={45 * (columns.length + 1)} radius={0} />;
  const counts = new Map<string, number>();
  for (const target of Object.values(mapping)) {
    if (target !== null) counts.set(target, (counts.get(target) ?? 0) + 1);
  }
  return (
    <>
      <table className={styles.table} aria-label="Columns of the file">
        <thead>
          <tr className={`${styles.row} ${styles.heads}`}>
            <th scope="col">Column</th>
            <th scope="col">Samples</th>
            <th scope="col">Attribute</th>
          </tr>
        </thead>
        <tbody>
          {columns.map((column) => (
            <MappingRow
              key={column.header}
              column={column}
              target={mapping[column.header] ?? null}
              isTwin={(counts.get(mapping[column.header] ?? "") ?? 0) > 1}
              known={known}
              choose={(chosen) => onChange({ ...mapping, [column.header]: chosen })}
            />
          ))}
        </tbody>
      </table>
      {names.isError && (
        <Text size="sm" c="dimmed" className={styles.pad}>
          The project's own attributes could not be listed; a name can still be typed.
        </Text>
      )}
    </>
  );
}

interface MappingRowProps {
  readonly column: FileColumn;
  readonly target: string | null;
  /** Another column goes to the same attribute. */
  readonly isTwin: boolean;
  readonly known: readonly AttributeName[];
  choose(target: string | null): void;
}

function MappingRow({ column: { header, sample }, target, isTwin, known, choose }: MappingRowProps) {
  return (
    <tr className={styles.row} data-out={target === null || undefined}>
      <th scope="row" className={styles.header} title={header}>
        {header}
      </th>
      <td className={styles.sample} title={sample.join("\n")}>
        {sample.length === 0 ? "always empty" : sample.join(" · ")}
      </td>
      <td>
        <TargetSelect
          label={`Attribute for ${header}`}
          value={target}
          known={known}
          error={isTwin ? "Another column goes here too." : undefined}
          onChange={choose}
        />
      </td>
    </tr>
  );
}
