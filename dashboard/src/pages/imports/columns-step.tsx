/** What each column means, a check that writes nothing, and the run. */
import { Button, Group, Stack, Text } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useEffect, useRef, useState } from "react";
import { useChange } from "../../api/use-change.ts";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { Panel } from "../../components/panel.tsx";
import { useProject } from "../../router/project-context.ts";
import { useUrlState } from "../../router/url-state.ts";
import { CheckResult } from "./check-result.tsx";
import { ConsentQuestions } from "./consent-questions.tsx";
import { bodyOf, type Choices, type DryRun, type ImportFile, missingConsents } from "./import-model.ts";
import { MappingTable } from "./mapping-table.tsx";
import { choicesFor, rememberChoices } from "./remembered-choices.ts";

const USUAL = { check: "" };

export function ColumnsStep({ file }: { readonly file: ImportFile }) {
  const { id } = file;
  const { id: projectId } = useProject();
  const [choices, setChoices] = useState(() => choicesFor(projectId, file.columns));
  const check = useChange<Choices, DryRun>({
    ask: (given) => ({ path: `/imports/${id}/dry-run`, body: bodyOf(given) }),
    touches: [],
  });
  const run = useChange<Choices, { task_id: number }>({
    ask: (given) => ({ path: `/imports/${id}/run`, body: bodyOf(given) }),
    touches: ["imports", "tasks", "profiles", "names"],
  });
  const change = (next: Choices): void => {
    setChoices(next);
    rememberChoices(projectId, next);
    check.reset();
  };
  const isAnswered = missingConsents(choices).every(
    ({ consent }) => (choices.constants[consent] ?? "") !== "",
  );
  const start = useCallback(() => {
    rememberChoices(projectId, choices);
    check.mutate(choices);
  }, [choices, projectId, check.mutate]);
  useCheckAtOnce(start, isAnswered);
  const renew = useRenew();
  return (
    <Stack gap={20}>
      <Panel title="What the columns mean" hint="Columns without an attribute are left out." isFlush>
        <MappingTable
          columns={file.columns}
          mapping={choices.mapping}
          onChange={(mapping) => change({ ...choices, mapping })}
        />
      </Panel>
      <ConsentQuestions choices={choices} onChange={change} />
      <Group gap="sm">
        <Button onClick={start} loading={check.isPending} disabled={!isAnswered}>
          Check the rows
        </Button>
        <Text size="sm" c="dimmed">
          {isAnswered ? "Writes nothing." : "First say above whether the addresses may be used."}
        </Text>
      </Group>
      {check.error !== null && (
        <ErrorNotice title="These columns cannot be imported so" error={check.error} />
      )}
      {check.data !== undefined && (
        <CheckResult
          result={check.data}
          run={() => run.mutate(choices)}
          running={run}
          onCorrected={(corrected) => renew(corrected.id)}
        />
      )}
    </Stack>
  );
}

/** A corrected file is checked as it arrives: the choices are those of before. */
function useCheckAtOnce(start: () => void, isReady: boolean): void {
  const [{ check }, set] = useUrlState(USUAL);
  const isDone = useRef(false);
  useEffect(() => {
    if (check === "" || isDone.current) return;
    isDone.current = true;
    if (isReady) start();
    set({ check: "" });
  }, [check, isReady, start, set]);
}

function useRenew(): (importId: number) => void {
  const navigate = useNavigate();
  const { path } = useProject();
  return (importId) => void navigate({ to: path(`imports/${importId}`), search: { check: "1" } as never });
}
