/** An import under way, and what came of it. */
import { Button, Group, Progress, Stack, Text } from "@mantine/core";
import { IconAddressBook, IconDownload, IconUpload } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { download } from "../../api/download.ts";
import { keys } from "../../api/query-keys.ts";
import { useRead } from "../../api/use-read.ts";
import { ErrorNotice, Notice } from "../../components/error-notice.tsx";
import { Panel } from "../../components/panel.tsx";
import { DateTime } from "../../components/time.tsx";
import { ButtonLink } from "../../router/links.tsx";
import { useProject } from "../../router/project-context.ts";
import { PagePending } from "../../shell/page-pending.tsx";
import { figure, isOver, rowsWords, type Task } from "./import-model.ts";
import { TaskState } from "./task-state.tsx";

const FOLLOW_MS = 1_000;

export function RunStep({ importId, taskId }: { readonly importId: number; readonly taskId: number }) {
  const { id: projectId } = useProject();
  const client = useQueryClient();
  const asked = { noun: "tasks", path: `/tasks/${taskId}` } as const;
  const first = useRead<Task>(asked);
  const isEnded = first.data !== undefined && isOver(first.data);
  const task = useRead<Task>({ ...asked, ...(isEnded ? {} : { everyMs: FOLLOW_MS }) });
  useEffect(() => {
    if (isEnded) void client.invalidateQueries({ queryKey: keys.all(projectId, "profiles") });
  }, [isEnded, client, projectId]);
  if (task.data === undefined) {
    return task.isPending ? (
      <PagePending />
    ) : (
      <ErrorNotice
        title="The import's progress cannot be shown"
        error={task.error}
        retry={() => void task.refetch()}
      />
    );
  }
  return isOver(task.data) ? <Ended task={task.data} importId={importId} /> : <UnderWay task={task.data} />;
}

function UnderWay({ task }: { readonly task: Task }) {
  const { progress, total, status } = task;
  const percent = total === 0 ? 0 : Math.floor((100 * progress) / total);
  return (
    <Panel
      title="Importing"
      hint="You may leave this page: the work goes on without it."
      actions={<TaskState task={task} />}
    >
      <Stack gap={8}>
        <Progress.Root size="lg">
          <Progress.Section value={percent} aria-label="Rows done" />
        </Progress.Root>
        <Text size="sm" role="status">
          {status === "queued"
            ? "Waiting for a worker to take it."
            : `${figure(progress)} of ${rowsWords(total)} done (${percent} %).`}
        </Text>
      </Stack>
    </Panel>
  );
}

function Ended({ task, importId }: { readonly task: Task; readonly importId: number }) {
  const { progress, total, errors_count: refused, error, status } = task;
  const written = Math.max(0, progress - refused);
  const hint = (
    <>
      Ended <DateTime value={task.finish_time} />.
    </>
  );
  return (
    <Stack>
      {status !== "completed" && (
        <Notice tone="bad" title="The import did not come to its end">
          <Text size="sm">
            {error ?? "It was stopped."} {figure(written)} of {rowsWords(total)} were written.
          </Text>
        </Notice>
      )}
      <Panel title={`${rowsWords(written)} imported`} hint={hint} actions={<TaskState task={task} />}>
        <Stack gap="sm">
          {refused > 0 && (
            <Text size="sm">
              {rowsWords(refused)} {refused === 1 ? "was" : "were"} left out. The file errors.csv says for
              each line what is wrong; correct those rows and import them as a file of their own.
            </Text>
          )}
          <Group gap="xs">
            <ButtonLink to="profiles" leftSection={<IconAddressBook size={16} aria-hidden />}>
              See the people
            </ButtonLink>
            {refused > 0 && <ErrorsFile importId={importId} />}
            <ButtonLink to="imports/new" variant="default" leftSection={<IconUpload size={16} aria-hidden />}>
              Import another file
            </ButtonLink>
          </Group>
        </Stack>
      </Panel>
    </Stack>
  );
}

function ErrorsFile({ importId }: { readonly importId: number }) {
  const { id: projectId } = useProject();
  const file = useMutation({
    mutationFn: () =>
      download(`/imports/${importId}/errors.csv`, { projectId, name: `import-${importId}-errors.csv` }),
  });
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconDownload size={16} aria-hidden />}
        loading={file.isPending}
        onClick={() => file.mutate()}
      >
        Download errors.csv
      </Button>
      {file.isError && <ErrorNotice title="The file was not downloaded" error={file.error} />}
    </>
  );
}
