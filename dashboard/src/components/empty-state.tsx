/** Nothing here yet: what would be here, and what to do next. */
import { Group, Text, Title } from "@mantine/core";
import type { Icon } from "@tabler/icons-react";
import type { ReactNode } from "react";
import styles from "./empty-state.module.css";

export interface EmptyStateProps {
  readonly icon: Icon;
  readonly title: string;
  readonly children: ReactNode;
  /** Buttons that lead on. */
  readonly actions?: ReactNode;
}

export function EmptyState({ icon: Icon, title, children, actions }: EmptyStateProps) {
  return (
    <div className={styles.empty}>
      <span className={styles.icon}>
        <Icon size={22} stroke={1.6} aria-hidden />
      </span>
      <Title order={2} fz="md">
        {title}
      </Title>
      <Text c="dimmed" size="sm" maw={460} className={styles.words}>
        {children}
      </Text>
      {actions !== undefined && (
        <Group justify="center" gap="xs" mt={10}>
          {actions}
        </Group>
      )}
    </div>
  );
}
