/** The messages to choose from, walked by arrow keys. */
import { Text, UnstyledButton } from "@mantine/core";
import type { KeyboardEvent } from "react";
import { ChannelIcon, channelLabel } from "../../components/channel.tsx";
import { TimeAgo } from "../../components/time.tsx";
import styles from "./sandbox.module.css";
import { type SandboxMessage, summaryOf } from "./sandbox-message.ts";

export interface SandboxListProps {
  readonly rows: readonly SandboxMessage[];
  readonly chosenId: number | null;
  choose(id: number): void;
}

export function SandboxList({ rows, chosenId, choose }: SandboxListProps) {
  if (rows.length === 0) {
    return (
      <Text c="dimmed" size="sm" p="md" role="status">
        No message has that in its address or text.
      </Text>
    );
  }
  const press = (event: KeyboardEvent<HTMLElement>): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>("button")];
    const at = buttons.indexOf(document.activeElement as HTMLElement);
    if (step === undefined || at < 0) return;
    event.preventDefault();
    buttons[Math.max(0, Math.min(buttons.length - 1, at + step))]?.focus();
  };
  return (
    <ul className={styles.list} aria-label="Messages" onKeyDown={press}>
      {rows.map((row) => (
        <li key={row.id}>
          <UnstyledButton
            className={styles.item}
            aria-current={row.id === chosenId ? "true" : undefined}
            onClick={() => choose(row.id)}
          >
            <span className={styles.sign} title={channelLabel(row.message_type_name)}>
              <ChannelIcon name={row.message_type_name} />
            </span>
            <span className={styles.words}>
              <span className={styles.top}>
                <span className={styles.address}>{row.address || "no address"}</span>
                <span className={styles.when}>
                  <TimeAgo value={row.time} />
                </span>
              </span>
              <span className={styles.summary}>{summaryOf(row)}</span>
            </span>
          </UnstyledButton>
        </li>
      ))}
    </ul>
  );
}
