/** A part of a page with its own heading: settings, details, a figure. */
import { Text, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";
import styles from "./panel.module.css";

export interface PanelProps {
  readonly title: string;
  readonly hint?: ReactNode;
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
  /** Tables reach to the edges. */
  readonly isFlush?: boolean;
}

export function Panel({ title, hint, actions, children, isFlush = false }: PanelProps) {
  const id = useId();
  return (
    <section className={styles.panel} aria-labelledby={id}>
      <div className={styles.head}>
        <div className={styles.words}>
          <Title order={2} id={id} fz="0.9375rem">
            {title}
          </Title>
          {hint !== undefined && (
            <Text size="sm" c="dimmed" mt={2} component="div">
              {hint}
            </Text>
          )}
        </div>
        {actions !== undefined && <div className={styles.actions}>{actions}</div>}
      </div>
      {children !== undefined && <div className={isFlush ? styles.flush : styles.body}>{children}</div>}
    </section>
  );
}
