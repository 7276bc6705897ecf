/** The head of a page: its one h1 (which also names the tab), a line of explanation, where it stands, and what can be done. */
import { Anchor, Breadcrumbs, Group, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef } from "react";
import { useProject } from "../router/project-context.ts";
import { takeMove } from "../shell/route-focus.tsx";
import styles from "./page-header.module.css";

export interface PageHeaderProps {
  readonly title: string;
  /** One sentence for who sees this for the first time. */
  readonly hint?: ReactNode;
  /** The pages above this one. */
  readonly trail?: readonly { readonly label: string; readonly to: string }[];
  /** Beside the title: a status. */
  readonly badge?: ReactNode;
  /** Buttons; the main one last. */
  readonly actions?: ReactNode;
}

export function PageHeader({ title, hint, trail, badge, actions }: PageHeaderProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { name, path } = useProject();
  useEffect(() => {
    if (takeMove()) heading.current?.focus({ preventScroll: true });
  }, []);
  useEffect(() => {
    document.title = `${title} · ${name} · Carillon`;
  }, [title, name]);
  return (
    <header className={styles.header}>
      {trail !== undefined && (
        <Breadcrumbs mb={6} separatorMargin={6} className={styles.trail}>
          {trail.map(({ label, to }) => (
            <Anchor key={to} component={Link} to={path(to)} size="sm" c="dimmed">
              {label}
            </Anchor>
          ))}
        </Breadcrumbs>
      )}
      <div className={styles.row}>
        <div className={styles.words}>
          <Group gap="xs">
            <Title order={1} ref={heading} tabIndex={-1}>
              {title}
            </Title>
            {badge}
          </Group>
          {hint !== undefined && (
            <Text c="dimmed" mt={3} className={styles.hint} component="div">
              {hint}
            </Text>
          )}
        </div>
        {actions !== undefined && (
          <Group gap="xs" className={styles.actions}>
            {actions}
          </Group>
        )}
      </div>
    </header>
  );
}
