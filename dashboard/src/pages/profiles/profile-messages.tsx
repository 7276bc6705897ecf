/** What was sent to this person, newest first. */
import { Text } from "@mantine/core";
import type { MessageView as Message } from "../../../../server/src/actions/results/message-view.ts";
import { useReadList } from "../../api/use-read.ts";
import { ChannelName } from "../../components/channel.tsx";
import { type Column, DataTable } from "../../components/data-table.tsx";
import { Panel } from "../../components/panel.tsx";
import { StateBadge } from "../../components/status-badge.tsx";
import { TimeAgo } from "../../components/time.tsx";
import { PageLink } from "../../router/links.tsx";
import { hasPage } from "../../router/page-route.ts";
import { reasonWords } from "../results/outcome.ts";

const COLUMNS: readonly Column<Message>[] = [
  {
    key: "time",
    label: "When",
    width: "86px",
    render: (row) =>
      hasPage("messages/$id") ? (
        <PageLink to={`messages/${row.id}`} size="sm">
          <TimeAgo value={row.create_time} />
        </PageLink>
      ) : (
        <TimeAgo value={row.create_time} />
      ),
  },
  {
    key: "campaign",
    label: "Campaign",
    width: "minmax(90px, 1.4fr)",
    render: (row) => row.campaign_title ?? `Campaign ${row.campaign_id}`,
  },
  {
    key: "channel",
    label: "Channel",
    width: "120px",
    isExtra: true,
    render: (row) => <ChannelName name={row.message_type_name} />,
  },
  {
    key: "address",
    label: "To",
    width: "minmax(120px, 1fr)",
    isExtra: true,
    render: (row) => row.address ?? "–",
  },
  {
    key: "outcome",
    label: "Outcome",
    width: "minmax(110px, 1.3fr)",
    render: ({ outcome, reason }) => (
      <>
        <StateBadge state={outcome} />
        {reason !== null && <span style={{ color: "var(--ink-faint)" }}> {reasonWords(reason)}</span>}
      </>
    ),
  },
];

/** What was just triggered turns up while one looks. */
const FOLLOW_MS = 10_000;

export interface ProfileMessagesProps {
  readonly id: number;
  readonly userId: string | null;
}

export function ProfileMessages({ id, userId }: ProfileMessagesProps) {
  const list = useReadList<Message>({
    noun: "messages",
    path: `/profiles/${id}/messages`,
    everyMs: FOLLOW_MS,
  });
  return (
    <Panel
      title="Messages"
      actions={
        hasPage("messages") &&
        userId !== null && (
          <PageLink to="messages" search={{ q: userId }} size="sm">
            Open in the message log
          </PageLink>
        )
      }
      isFlush
    >
      <DataTable
        label="Messages"
        columns={COLUMNS}
        list={list}
        keyOf={(row) => row.id}
        spentHeight={420}
        hasFoot={false}
        empty={
          <Text size="sm" c="dimmed" p="md">
            Nothing was sent to this person yet.
          </Text>
        }
        {...(hasPage("messages/$id") ? { pageOf: (row: Message) => `messages/${row.id}` } : {})}
      />
    </Panel>
  );
}
