/** The last executions with their counters, as they move. */
import { IconPlayerPlay } from "@tabler/icons-react";
import type { ExecutionView as Execution } from "../../../../server/src/actions/results/execution-progress.ts";
import { useRead } from "../../api/use-read.ts";
import { type Column, DataTable, wholeList } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { Panel } from "../../components/panel.tsx";
import { StateBadge } from "../../components/status-badge.tsx";
import { TimeAgo } from "../../components/time.tsx";
import { PageLink } from "../../router/links.tsx";

const SHOWN = 6;
const LIVE_MS = 3_000;

const outcomeWords = (outcomes: NonNullable<Execution["outcomes"]>): string =>
  Object.entries(outcomes)
    .filter(([, count]) => count > 0)
    .map(([outcome, count]) => `${count} ${outcome.replaceAll("_", " ")}`)
    .join(", ");

const COLUMNS: readonly Column<Execution>[] = [
  {
    key: "campaign",
    label: "Campaign",
    width: "minmax(100px, 1.4fr)",
    render: ({ id, campaign_title: title }) => (
      <PageLink to={`executions/${id}`} size="sm">
        {title ?? `Execution ${id}`}
      </PageLink>
    ),
  },
  { key: "state", label: "State", width: "92px", render: ({ state }) => <StateBadge state={state} /> },
  {
    key: "done",
    label: "Done",
    width: "minmax(72px, 130px)",
    align: "end",
    render: ({ done, targets }) => `${done} of ${targets}`,
  },
  {
    key: "outcomes",
    label: "Outcomes",
    width: "minmax(120px, 1fr)",
    isExtra: true,
    render: ({ outcomes }) => outcomeWords(outcomes ?? {}),
  },
  {
    key: "time",
    label: "Accepted",
    width: "110px",
    align: "end",
    isExtra: true,
    render: ({ create_time: time }) => <TimeAgo value={time} />,
  },
];

export default function LatestExecutions() {
  const result = useRead<Execution[]>({
    noun: "executions",
    path: "/executions",
    query: { limit: SHOWN },
    everyMs: LIVE_MS,
  });
  return (
    <Panel
      title="Latest executions"
      actions={
        <PageLink to="executions" size="sm">
          All executions
        </PageLink>
      }
      isFlush
    >
      <DataTable
        label="Latest executions"
        columns={COLUMNS}
        list={wholeList(result)}
        keyOf={({ id }) => id}
        pageOf={({ id }) => `executions/${id}`}
        hasFoot={false}
        empty={
          <EmptyState icon={IconPlayerPlay} title="No execution yet">
            Each call of the Campaign Execute API appears here the moment it is accepted.
          </EmptyState>
        }
      />
    </Panel>
  );
}
