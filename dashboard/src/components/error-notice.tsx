/** What went wrong, in words, with the request id that leads to the cause, and a way to try again. */
import { Button, Group, Text } from "@mantine/core";
import { IconAlertTriangle, IconRefresh } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { ApiError, wordsOf } from "../api/api-error.ts";
import { CopyButton } from "./copy.tsx";
import styles from "./notice.module.css";

export interface ErrorNoticeProps {
  /** What did not work: "The campaign was not saved". */
  readonly title: string;
  readonly error: unknown;
  retry?(): void;
}

export function ErrorNotice({ title, error, retry }: ErrorNoticeProps) {
  const requestId = error instanceof ApiError ? error.requestId : null;
  return (
    <Notice tone="bad" title={title} icon={<IconAlertTriangle size={18} aria-hidden />}>
      <Text size="sm">{wordsOf(error)}</Text>
      <FieldList error={error} />
      <Group gap="md" mt={6}>
        {retry !== undefined && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconRefresh size={14} aria-hidden />}
            onClick={retry}
          >
            Try again
          </Button>
        )}
        {requestId !== null && (
          <Group gap={4} wrap="nowrap">
            <Text size="xs" c="dimmed" ff="monospace" className={styles.id}>
              Request {requestId}
            </Text>
            <CopyButton value={requestId} label="Copy the request id" />
          </Group>
        )}
      </Group>
    </Notice>
  );
}

/** Errors of fields that no form on the page shows. */
function FieldList({ error }: { readonly error: unknown }) {
  const entries = error instanceof ApiError ? Object.entries(error.errors) : [];
  if (entries.length === 0) return null;
  return (
    <ul className={styles.fields}>
      {entries.map(([field, texts]) => (
        <li key={field}>
          <code>{field}</code>: {texts.join(" ")}
        </li>
      ))}
    </ul>
  );
}

export interface NoticeProps {
  readonly tone: "bad" | "warn" | "info" | "good";
  readonly title: string;
  readonly icon?: ReactNode;
  readonly children?: ReactNode;
}

/** A boxed remark in the page. A bad one is read out as it appears. */
export function Notice({ tone, title, icon, children }: NoticeProps) {
  return (
    <section className={styles.notice} data-tone={tone} role={tone === "bad" ? "alert" : undefined}>
      {icon !== undefined && <span className={styles.icon}>{icon}</span>}
      <div className={styles.body}>
        <Text fw={600} size="sm" component="p">
          {title}
        </Text>
        {children}
      </div>
    </section>
  );
}
