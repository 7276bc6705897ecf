/** The newest executions of a campaign, each with its bar; those that run move every second. */
import { Skeleton, Stack, Text } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { useRead } from "../../api/use-read.ts";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { Panel } from "../../components/panel.tsx";
import { StateBadge } from "../../components/status-badge.tsx";
import { TimeAgo } from "../../components/time.tsx";
import { PageLink } from "../../router/links.tsx";
import { figure } from "./outcome.ts";
import { OutcomeBar } from "./outcome-bar.tsx";
import styles from "./results.module.css";
import type { Execution } from "./wire.ts";

const SHOWN = 8;
const LIVE_MS = 1_000;
const CALM_MS = 10_000;

export interface CampaignExecutionsProps {
  readonly campaignId: string;
  /** Said when one that ran is done: the figures of the campaign have changed. */
  onDone(): void;
}

export function CampaignExecutions({ campaignId, onDone }: CampaignExecutionsProps) {
  const [everyMs, setEveryMs] = useState(CALM_MS);
  const { data, error, refetch } = useRead<Execution[]>({
    noun: "executions",
    path: "/executions",
    query: { campaign_id: campaignId, limit: SHOWN },
    everyMs,
  });
  const moving = data?.filter(({ state }) => state === "running").length ?? 0;
  const wanted = moving > 0 ? LIVE_MS : CALM_MS;
  if (wanted !== everyMs) setEveryMs(wanted);
  const progress = data?.map(({ done, state }) => `${state} ${done}`).join();
  const before = useRef(progress);
  useEffect(() => {
    if (before.current !== undefined && before.current !== progress) onDone();
    before.current = progress;
  }, [progress, onDone]);
  return (
    <Panel
      title="Executions"
      hint="The newest calls that executed this campaign."
      actions={
        <PageLink to="executions" search={{ campaign_id: campaignId }} size="sm">
          All executions
        </PageLink>
      }
      isFlush
    >
      {data === undefined ? (
        <Stack p="md">
          {error === null ? (
            <Skeleton height={60} />
          ) : (
            <ErrorNotice title="Executions cannot be shown" error={error} retry={() => void refetch()} />
          )}
        </Stack>
      ) : (
        <Rows rows={data} />
      )}
    </Panel>
  );
}

function Rows({ rows }: { readonly rows: readonly Execution[] }) {
  if (rows.length === 0) {
    return (
      <Text size="sm" c="dimmed" px="lg" py="md">
        It was not executed yet.
      </Text>
    );
  }
  return (
    <ul className={styles.rows} aria-label="Executions">
      {rows.map((row) => (
        <li key={row.id}>
          <span>
            <PageLink to={`executions/${row.id}`} size="sm">
              <TimeAgo value={row.create_time} />
            </PageLink>
          </span>
          <span className={styles.wide}>
            <OutcomeBar counts={row.outcomes ?? {}} whole={row.state === "done" ? 0 : row.targets} isThin />
          </span>
          <span className={styles.rowEnd}>
            {figure(row.done)} of {figure(row.targets)} <StateBadge state={row.state} />
          </span>
        </li>
      ))}
    </ul>
  );
}
