/** The last few messages that the sandbox kept. */
import { Skeleton, Stack, Text } from "@mantine/core";
import { useRead } from "../../api/use-read.ts";
import { ChannelIcon } from "../../components/channel.tsx";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { Panel } from "../../components/panel.tsx";
import { TimeAgo } from "../../components/time.tsx";
import { PageLink } from "../../router/links.tsx";
import { type SandboxMessage, summaryOf } from "../sandbox/sandbox-message.ts";
import styles from "./home.module.css";

const SHOWN = 6;
const LIVE_MS = 5_000;

export function LatestInSandbox() {
  const { data, error, refetch } = useRead<SandboxMessage[]>({
    noun: "sandbox",
    path: "/sandbox",
    query: { limit: SHOWN },
    everyMs: LIVE_MS,
  });
  return (
    <Panel
      title="Latest in the sandbox"
      hint="What would have been sent."
      actions={
        <PageLink to="sandbox" size="sm">
          All messages
        </PageLink>
      }
      isFlush
    >
      <Rows rows={data} error={error} retry={() => void refetch()} />
    </Panel>
  );
}

function Rows({ rows, error, retry }: { rows: SandboxMessage[] | undefined; error: unknown; retry(): void }) {
  if (rows === undefined) {
    return error ? (
      <ErrorNotice title="The sandbox cannot be read" error={error} retry={retry} />
    ) : (
      <Waiting />
    );
  }
  if (rows.length === 0) {
    return (
      <Text size="sm" c="dimmed" px="lg" py="md">
        Nothing yet. Paste the call into a terminal: its message appears here.
      </Text>
    );
  }
  return (
    <ul className={styles.rows}>
      {rows.map((row) => (
        <li key={row.id}>
          <ChannelIcon name={row.message_type_name} />
          <span className={styles.main}>
            <PageLink to="sandbox" search={{ message: String(row.id) }} size="sm">
              {summaryOf(row)}
            </PageLink>
          </span>
          <span className={styles.side}>
            <TimeAgo value={row.time} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function Waiting() {
  return (
    <Stack p="lg" gap="sm">
      {[70, 55, 62].map((width) => (
        <Skeleton key={width} height={11} width={`${width}%`} radius="xl" />
      ))}
    </Stack>
  );
}
