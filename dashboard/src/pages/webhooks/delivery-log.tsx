/** What was posted to an endpoint, newest first, with the answers; one can be posted again. */
import { Button, Drawer, SegmentedControl, Stack } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconRefresh, IconSend } from "@tabler/icons-react";
import { useState } from "react";
import { useChange } from "../../api/use-change.ts";
import { useRead } from "../../api/use-read.ts";
import { useReadBefore } from "../../api/use-read-before.ts";
import { CodeBlock } from "../../components/code-block.tsx";
import { MonoField } from "../../components/copy.tsx";
import { type Column, DataTable } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { KeyValue } from "../../components/key-value.tsx";
import { StateBadge } from "../../components/status-badge.tsx";
import { DateTime, TimeAgo } from "../../components/time.tsx";
import { useUrlState } from "../../router/url-state.ts";
import type { Delivery } from "./connection.ts";

const USUAL = { state: "" };
const LIVE_MS = 5_000;
const STATES = [
  { value: "", label: "All" },
  { value: "waiting", label: "Waiting" },
  { value: "delivered", label: "Delivered" },
  { value: "exhausted", label: "Given up" },
];

const answerOf = ({ last_status: status, last_detail: detail }: Delivery): string =>
  [status === null ? null : String(status), detail].filter(Boolean).join(" ") || "–";

const COLUMNS: readonly Column<Delivery>[] = [
  { key: "event", label: "Event", width: "minmax(116px, 1fr)", render: ({ event }) => <code>{event}</code> },
  { key: "state", label: "State", width: "104px", render: ({ state }) => <StateBadge state={state} /> },
  { key: "answer", label: "Last answer", width: "minmax(120px, 1.6fr)", isExtra: true, render: answerOf },
  { key: "tries", label: "Tries", width: "60px", align: "end", isExtra: true, render: ({ tries }) => tries },
  {
    key: "time",
    label: "Event of",
    width: "84px",
    align: "end",
    render: ({ create_time: time }) => <TimeAgo value={time} />,
  },
];

export function DeliveryLog({ connectionId }: { readonly connectionId: number }) {
  const [{ state }, set] = useUrlState(USUAL);
  const [opened, setOpened] = useState<Delivery | null>(null);
  const list = useReadBefore<Delivery>({
    noun: "deliveries",
    path: `/connections/${connectionId}/deliveries`,
    query: { state },
    everyMs: LIVE_MS,
    numberOf: ({ id }) => id,
  });
  return (
    <Stack gap="sm">
      <SegmentedControl
        aria-label="State"
        data={STATES}
        value={state}
        onChange={(next) => set({ state: next })}
        style={{ alignSelf: "flex-start" }}
      />
      <DataTable
        label="Deliveries"
        columns={COLUMNS}
        list={list}
        keyOf={({ id }) => id}
        onOpen={(row) => setOpened(row)}
        spentHeight={330}
        empty={
          <EmptyState
            icon={IconSend}
            title={state === "" ? "Nothing was posted yet" : "Nothing is in this state"}
          >
            As soon as a message of this project is sent, fails or is skipped, its events are posted and
            listed here.
          </EmptyState>
        }
      />
      <Drawer
        opened={opened !== null}
        onClose={() => setOpened(null)}
        position="right"
        size="lg"
        title={opened?.event ?? ""}
      >
        {opened !== null && <OneDelivery id={opened.id} />}
      </Drawer>
    </Stack>
  );
}

function OneDelivery({ id }: { readonly id: number }) {
  const { data, error } = useRead<Delivery & { body: string }>({
    noun: "deliveries",
    path: `/deliveries/${id}`,
  });
  const replay = useChange<void>({
    ask: () => ({ path: `/deliveries/${id}/replay`, body: {} }),
    touches: ["deliveries"],
    onDone: () => notifications.show({ message: "It is posted again." }),
  });
  if (error !== null) return <ErrorNotice title="The delivery cannot be shown" error={error} />;
  if (data === undefined) return null;
  return (
    <Stack>
      <KeyValue
        facts={[
          { label: "State", value: <StateBadge state={data.state} /> },
          { label: "Last answer", value: answerOf(data) },
          { label: "Tries", value: data.tries },
          { label: "Next try", value: <DateTime value={data.next_try} /> },
          { label: "Event of", value: <DateTime value={data.create_time} /> },
          { label: "Ended", value: <DateTime value={data.end_time} /> },
          { label: "webhook-id", value: <MonoField value={data.webhook_id} /> },
        ]}
      />
      <CodeBlock label="What is posted" samples={[{ label: "Body", code: indented(data.body) }]} />
      {replay.error !== null && <ErrorNotice title="It was not posted again" error={replay.error} />}
      <div>
        <Button
          variant="default"
          leftSection={<IconRefresh size={16} aria-hidden />}
          loading={replay.isPending}
          onClick={() => replay.mutate()}
        >
          Post it again
        </Button>
      </div>
    </Stack>
  );
}

function indented(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
