/** Copying: a small button, and a field that shows what is copied. Says that it worked, to eyes and to screen readers. */
import {
  ActionIcon,
  CopyButton as CopyState,
  Group,
  Input,
  Text,
  Tooltip,
  VisuallyHidden,
} from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useId } from "react";
import styles from "./copy.module.css";

export function CopyButton({ value, label = "Copy" }: { readonly value: string; readonly label?: string }) {
  return (
    <CopyState value={value} timeout={1_600}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? "Copied" : label}>
          <ActionIcon
            variant="subtle"
            color={copied ? "verdigris" : "gray"}
            size="sm"
            aria-label={label}
            onClick={copy}
          >
            {copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
            <VisuallyHidden role="status">{copied ? "Copied" : ""}</VisuallyHidden>
          </ActionIcon>
        </Tooltip>
      )}
    </CopyState>
  );
}

export interface CopyFieldProps {
  readonly label: string;
  readonly value: string;
  readonly description?: string;
}

/** For ids, addresses and secrets that are shown once. */
export function CopyField({ label, value, description }: CopyFieldProps) {
  const id = useId();
  return (
    <Input.Wrapper label={label} description={description} labelProps={{ id, component: "div" }}>
      <Group className={styles.field} gap={6} wrap="nowrap" role="group" aria-labelledby={id} mt={4}>
        <Text ff="monospace" size="sm" className={styles.value}>
          {value}
        </Text>
        <CopyButton value={value} label={`Copy: ${label}`} />
      </Group>
    </Input.Wrapper>
  );
}

/** An id or an address within a line, with its copy button. */
export function MonoField({ value, label }: { readonly value: string; readonly label?: string }) {
  return (
    <Group gap={2} wrap="nowrap" className={styles.mono}>
      <Text component="code" ff="monospace" size="sm" className={styles.value}>
        {value}
      </Text>
      <CopyButton value={value} label={label ?? `Copy ${value}`} />
    </Group>
  );
}
