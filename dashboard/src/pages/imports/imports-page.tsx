/** Imports of this project, newest first: files, and those that backends sent. */
import { IconFileImport, IconUpload } from "@tabler/icons-react";
import { useReadList } from "../../api/use-read.ts";
import { type Column, DataTable } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { TimeAgo } from "../../components/time.tsx";
import { ButtonLink, PageLink } from "../../router/links.tsx";
import { figure, type Task } from "./import-model.ts";
import { TaskState } from "./task-state.tsx";

const KINDS: Readonly<Record<string, string>> = {
  csv_import: "CSV file",
  profile_import: "By API",
};

const sentenceOf = (name: string): string =>
  name.slice(0, 1).toUpperCase() + name.slice(1).replaceAll("_", " ");

const COLUMNS: readonly Column<Task>[] = [
  {
    key: "kind",
    label: "Import",
    width: "minmax(110px, 1.2fr)",
    render: ({ id, identifier, import_id: importId }) => {
      // Files have a page of their own, by whose title they are known.
      if (importId === null) return `${KINDS[identifier] ?? sentenceOf(identifier)}, task ${id}`;
      return (
        <PageLink to={`imports/${importId}`} size="sm">
          {`Import ${importId}`}
        </PageLink>
      );
    },
  },
  { key: "state", label: "State", width: "124px", render: (task) => <TaskState task={task} /> },
  {
    key: "rows",
    label: "Rows",
    width: "minmax(64px, 120px)",
    align: "end",
    render: ({ progress, total }) =>
      progress === total ? figure(total) : `${figure(progress)} of ${figure(total)}`,
  },
  {
    key: "refused",
    label: "Passed over",
    width: "110px",
    align: "end",
    isExtra: true,
    render: ({ errors_count: count }) => (count === 0 ? "–" : figure(count)),
  },
  {
    key: "time",
    label: "Begun",
    width: "110px",
    align: "end",
    isExtra: true,
    render: ({ create_time: time }) => <TimeAgo value={time} />,
  },
];

const FOLLOW_MS = 4_000;

export default function ImportsPage() {
  const list = useReadList<Task>({ noun: "tasks", path: "/tasks", everyMs: FOLLOW_MS });
  const action = (
    <ButtonLink to="imports/new" leftSection={<IconUpload size={16} aria-hidden />}>
      Import a file
    </ButtonLink>
  );
  return (
    <>
      <PageHeader
        title="Imports"
        hint="People from CSV files and from import/profile, with what became of each."
        actions={action}
      />
      <DataTable
        label="Imports"
        columns={COLUMNS}
        list={list}
        keyOf={({ id }) => id}
        empty={
          <EmptyState icon={IconFileImport} title="Nothing was imported yet" actions={action}>
            Bring people in from a CSV file: you see what each row would do before anything is written.
            Backends use import/profile; their larger imports are listed here too.
          </EmptyState>
        }
      />
    </>
  );
}
