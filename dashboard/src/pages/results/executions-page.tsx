/** Every accepted call with how far it is, as it moves. */
import { Stack } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import { useState } from "react";
import { useReadList } from "../../api/use-read.ts";
import { type Column, DataTable } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { StateBadge } from "../../components/status-badge.tsx";
import { TimeAgo } from "../../components/time.tsx";
import { ButtonLink, PageLink } from "../../router/links.tsx";
import { useProject } from "../../router/project-context.ts";
import { useUrlState } from "../../router/url-state.ts";
import { CampaignSelect } from "./campaign-select.tsx";
import { type Counts, countOf, figure, GROUPS } from "./outcome.ts";
import { OutcomeBar } from "./outcome-bar.tsx";
import type { Execution } from "./wire.ts";

const USUAL = { campaign_id: "" };
const PAGE_ROWS = 50;
const LIVE_MS = 1_000;
const CALM_MS = 5_000;

const COLUMNS: readonly Column<Execution>[] = [
  {
    key: "campaign",
    label: "Campaign",
    width: "minmax(90px, 1.3fr)",
    render: ({ id, campaign_title: title, campaign_id: campaign }) => (
      <PageLink to={`executions/${id}`} size="sm">
        {title ?? `Campaign ${campaign}`}
      </PageLink>
    ),
  },
  { key: "state", label: "State", width: "104px", render: ({ state }) => <StateBadge state={state} /> },
  {
    key: "done",
    label: "Targets",
    width: "minmax(80px, 0.4fr)",
    align: "end",
    render: ({ done, targets, state }) =>
      state === "done" ? figure(targets) : `${figure(done)} of ${figure(targets)}`,
  },
  {
    key: "outcomes",
    label: "Outcomes",
    width: "minmax(90px, 0.7fr)",
    isExtra: true,
    render: ({ outcomes, targets }) =>
      outcomes === null ? "Open it to count" : <OutcomeBar counts={outcomes} whole={targets} isThin />,
  },
  {
    key: "words",
    label: "Messages",
    width: "minmax(130px, 1.9fr)",
    isExtra: true,
    render: ({ outcomes }) => (outcomes === null ? "" : groupWords(outcomes)),
  },
  {
    key: "request",
    label: "Request",
    width: "100px",
    isExtra: true,
    render: ({ request_id: request }) => <code title={request}>{request.slice(0, 8)}</code>,
  },
  {
    key: "when",
    label: "Accepted",
    width: "96px",
    align: "end",
    isExtra: true,
    render: ({ create_time: time }) => <TimeAgo value={time} />,
  },
];

const groupWords = (counts: Counts): string =>
  GROUPS.map(({ label, outcomes }) => [countOf(counts, outcomes), label.toLowerCase()] as const)
    .filter(([count]) => count > 0)
    .map(([count, label]) => `${figure(count)} ${label}`)
    .join(", ");

export default function ExecutionsPage() {
  const [{ campaign_id: campaign }, set] = useUrlState(USUAL);
  const { can } = useProject();
  const [everyMs, setEveryMs] = useState(CALM_MS);
  const list = useReadList<Execution>({
    noun: "executions",
    path: "/executions",
    query: { campaign_id: campaign, limit: PAGE_ROWS },
    everyMs,
  });
  const wanted = list.rows.some(({ state }) => state === "running") ? LIVE_MS : CALM_MS;
  if (wanted !== everyMs) setEveryMs(wanted);
  return (
    <>
      <PageHeader
        title="Executions"
        hint="Each call that executed a campaign, how far it is and what became of its targets."
      />
      <Stack gap="sm">
        {can("campaigns.read") && (
          <CampaignSelect value={campaign} onChange={(id) => set({ campaign_id: id })} />
        )}
        <DataTable
          label="Executions"
          columns={COLUMNS}
          list={list}
          keyOf={({ id }) => id}
          pageOf={({ id }) => `executions/${id}`}
          spentHeight={310}
          empty={
            <EmptyState
              icon={IconPlayerPlay}
              title={campaign === "" ? "No execution yet" : "This campaign was not executed yet"}
              actions={<ButtonLink to="">Copy a first call</ButtonLink>}
            >
              Each call of the Campaign Execute API appears here the moment it is accepted.
            </EmptyState>
          }
        />
      </Stack>
    </>
  );
}
