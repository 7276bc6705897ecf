/** One import: its columns and a check while it has not run, its progress and result from then on. */
import { Stack } from "@mantine/core";
import { IconFileOff } from "@tabler/icons-react";
import { isStatus } from "../../api/api-error.ts";
import { useRead } from "../../api/use-read.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { ButtonLink, usePathParam } from "../../router/links.tsx";
import { PagePending } from "../../shell/page-pending.tsx";
import { ColumnsStep } from "./columns-step.tsx";
import { delimiterWords, type ImportFile, rowsWords } from "./import-model.ts";
import { ImportSteps } from "./import-steps.tsx";
import { RunStep } from "./run-step.tsx";

const TRAIL = [{ label: "Imports", to: "imports" }];

export default function ImportPage() {
  const id = usePathParam("id");
  const file = useRead<ImportFile>({ noun: "imports", path: `/imports/${encodeURIComponent(id)}` });
  if (file.data !== undefined) return <Loaded key={file.data.id} file={file.data} />;
  if (file.isPending) return <PagePending />;
  return (
    <>
      <PageHeader title="Import" trail={TRAIL} />
      {isStatus(file.error, 404) ? (
        <EmptyState
          icon={IconFileOff}
          title="There is no such import"
          actions={<ButtonLink to="imports/new">Import a file</ButtonLink>}
        >
          Files that nobody runs are thrown away after a week.
        </EmptyState>
      ) : (
        <ErrorNotice
          title="The import cannot be shown"
          error={file.error}
          retry={() => void file.refetch()}
        />
      )}
    </>
  );
}

function Loaded({ file }: { readonly file: ImportFile }) {
  const { id, rows, columns, encoding, delimiter, task_id: taskId } = file;
  const facts = `${rowsWords(rows)}, ${columns.length} ${columns.length === 1 ? "column" : "columns"}, separated by ${delimiterWords(delimiter)}, ${encoding.toUpperCase()}`;
  return (
    <>
      <PageHeader title={`Import ${id}`} trail={TRAIL} hint={facts} />
      <Stack>
        <ImportSteps at={taskId === null ? "columns" : "run"} />
        {taskId === null ? <ColumnsStep file={file} /> : <RunStep importId={id} taskId={taskId} />}
      </Stack>
    </>
  );
}
