/** Why messages did not arrive, the most frequent first; each figure leads to the people behind it. */
import { Table } from "@mantine/core";
import { StateBadge } from "../../components/status-badge.tsx";
import { type MessageFilter, MessagesLink } from "./messages-link.tsx";
import { whyWords } from "./outcome.ts";
import styles from "./results.module.css";
import type { ReasonCount } from "./wire.ts";

export interface ReasonTableProps {
  readonly reasons: readonly ReasonCount[];
  readonly filter: MessageFilter;
}

export function ReasonTable({ reasons, filter }: ReasonTableProps) {
  const most = Math.max(...reasons.map(({ count }) => count), 1);
  return (
    <Table
      aria-label="Why messages did not arrive"
      className={styles.figures}
      verticalSpacing={8}
      horizontalSpacing="md"
    >
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Why</Table.Th>
          <Table.Th scope="col">Outcome</Table.Th>
          <Table.Th scope="col" ta="end">
            Messages
          </Table.Th>
          <Table.Th scope="col" className={styles.barColumn} visibleFrom="sm">
            Share
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {reasons.map(({ outcome, reason, count }) => (
          <Table.Tr key={`${outcome} ${reason}`}>
            <Table.Th scope="row" fw={500}>
              {whyWords(outcome, reason)}
            </Table.Th>
            <Table.Td>
              <StateBadge state={outcome} />
            </Table.Td>
            <Table.Td ta="end">
              <MessagesLink
                count={count}
                filter={{ ...filter, outcome: [outcome], reason }}
                of={`${outcome}, ${whyWords(outcome, reason).toLowerCase()}`}
              />
            </Table.Td>
            <Table.Td visibleFrom="sm">
              <span
                className={styles.weight}
                style={{ width: `${(100 * count) / most}%` }}
                data-bad={outcome !== "skipped" || undefined}
                aria-hidden
              />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
