/** How the project's work stands, with what each number means. Asked anew every 5 seconds. */
import { Stack, Text } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import { useRead } from "../../api/use-read.ts";
import { ErrorNotice, Notice } from "../../components/error-notice.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { PagePending } from "../../shell/page-pending.tsx";
import styles from "./health.module.css";
import { type Health, troublesOf } from "./health.ts";
import { DatabasePanel, GatewaysPanel, QueuePanel, WebhooksPanel, WorkersPanel } from "./health-panels.tsx";

const FOLLOW_MS = 5_000;

export default function HealthPage() {
  const health = useRead<Health>({ noun: "health", path: "/health", everyMs: FOLLOW_MS });
  return (
    <>
      <PageHeader
        title="Health"
        hint="What waits, who works and what rests. The numbers follow by themselves."
      />
      {health.isPending && <PagePending />}
      <Stack gap={20}>
        {health.error !== null && (
          <ErrorNotice
            title={health.data === undefined ? "Health cannot be shown" : "What you see is old"}
            error={health.error}
            retry={() => void health.refetch()}
          />
        )}
        {health.data !== undefined && <Shown health={health.data} />}
      </Stack>
    </>
  );
}

function Shown({ health }: { readonly health: Health }) {
  const troubles = troublesOf(health);
  return (
    <>
      {troubles.length === 0 ? (
        <Notice tone="good" title="All is well" icon={<IconCircleCheck size={18} aria-hidden />}>
          <Text size="sm">Workers are running, nothing waits for long, and no gateway rests.</Text>
        </Notice>
      ) : (
        troubles.map(({ tone, title, text }) => (
          <Notice key={title} tone={tone} title={title}>
            <Text size="sm">{text}</Text>
          </Notice>
        ))
      )}
      <QueuePanel lanes={health.queue} />
      <div className={styles.columns}>
        <WorkersPanel workers={health.workers} />
        <Stack gap={20}>
          <GatewaysPanel breakers={health.breakers} />
          <WebhooksPanel webhooks={health.webhooks} />
          <DatabasePanel oldestSeconds={health.database.oldest_transaction_seconds} />
        </Stack>
      </div>
    </>
  );
}
