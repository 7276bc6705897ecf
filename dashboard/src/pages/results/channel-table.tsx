/** Messages by channel and by what became of them; each figure leads to its messages. */
import { Table } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { ChannelName, channelLabel } from "../../components/channel.tsx";
import { type MessageFilter, MessagesLink } from "./messages-link.tsx";
import { countOf, GROUPS, totalOf } from "./outcome.ts";
import { OutcomeBar } from "./outcome-bar.tsx";
import { OutcomeLegend } from "./outcome-legend.tsx";
import styles from "./results.module.css";
import type { ChannelCounts } from "./wire.ts";

export interface ChannelTableProps {
  readonly label: string;
  readonly channels: readonly ChannelCounts[];
  /** What the figures are of: an execution, a campaign within a time. */
  readonly filter: MessageFilter;
}

export function ChannelTable(props: ChannelTableProps) {
  const isNarrow = useMediaQuery("(max-width: 800px)") ?? false;
  return isNarrow ? <ChannelBlocks {...props} /> : <WholeTable {...props} />;
}

/** The same on a telephone: a channel below the other. */
function ChannelBlocks({ label, channels, filter }: ChannelTableProps) {
  return (
    <section aria-label={label}>
      {channels.map((channel) => {
        const own = { ...filter, message_type: channel.name };
        const total = totalOf(channel);
        return (
          <div key={channel.message_type} className={styles.block}>
            <div className={styles.blockHead}>
              <ChannelName name={channel.name} />
              <MessagesLink count={total} filter={own} of={`messages by ${channelLabel(channel.name)}`} />
            </div>
            <OutcomeBar counts={channel} whole={total} isThin />
            <OutcomeLegend counts={channel} filter={own} />
          </div>
        );
      })}
    </section>
  );
}

function WholeTable({ label, channels, filter }: ChannelTableProps) {
  return (
    <Table.ScrollContainer minWidth={640} type="native">
      <Table aria-label={label} className={styles.figures} verticalSpacing={9} horizontalSpacing="md">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Channel</Table.Th>
            <Table.Th scope="col" ta="end">
              Messages
            </Table.Th>
            {GROUPS.map((group) => (
              <Table.Th key={group.label} scope="col" ta="end" title={group.hint}>
                <span className={styles.swatch} style={{ background: `var(${group.color})` }} aria-hidden />
                {group.label}
              </Table.Th>
            ))}
            <Table.Th scope="col" className={styles.barColumn}>
              Share
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {channels.map((channel) => (
            <Row key={channel.message_type} channel={channel} filter={filter} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Row({ channel, filter }: { readonly channel: ChannelCounts; readonly filter: MessageFilter }) {
  const own = { ...filter, message_type: channel.name };
  const by = `by ${channelLabel(channel.name)}`;
  const total = totalOf(channel);
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500}>
        <ChannelName name={channel.name} />
      </Table.Th>
      <Table.Td ta="end">
        <MessagesLink count={total} filter={own} of={`messages ${by}`} />
      </Table.Td>
      {GROUPS.map(({ label, outcomes }) => {
        const only = { ...own, outcome: outcomes };
        return (
          <Table.Td key={label} ta="end">
            <MessagesLink
              count={countOf(channel, outcomes)}
              filter={only}
              of={`${label.toLowerCase()} ${by}`}
            />
          </Table.Td>
        );
      })}
      <Table.Td>
        <OutcomeBar counts={channel} whole={total} isThin />
      </Table.Td>
    </Table.Tr>
  );
}
