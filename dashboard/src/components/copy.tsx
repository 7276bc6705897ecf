/** Copying: a small button, and a field that shows what is copied. Says that it worked, to eyes and to screen readers. */
import { ActionIcon, Button, Group, Input, Text, Tooltip, VisuallyHidden } from "@mantine/core";
import { IconCheck, IconCopy, IconX } from "@tabler/icons-react";
import { useId } from "react";
import { type Copied, useCopy } from "./clipboard.ts";
import styles from "./copy.module.css";

const SAYS: Readonly<Record<Copied, string>> = {
  no: "",
  yes: "Copied",
  failed: "Not copied: the browser refuses it. Select the text and copy it by hand.",
};

function Sign({ state }: { readonly state: Copied }) {
  if (state === "yes") return <IconCheck size={15} aria-hidden />;
  return state === "failed" ? <IconX size={15} aria-hidden /> : <IconCopy size={15} aria-hidden />;
}

export function CopyButton({ value, label = "Copy" }: { readonly value: string; readonly label?: string }) {
  const [state, copy] = useCopy(value);
  return (
    <Tooltip label={SAYS[state] || label}>
      <ActionIcon
        variant="subtle"
        color={state === "yes" ? "verdigris" : "gray"}
        size="sm"
        aria-label={label}
        onClick={copy}
      >
        <Sign state={state} />
        <VisuallyHidden role="status">{SAYS[state]}</VisuallyHidden>
      </ActionIcon>
    </Tooltip>
  );
}

/** The same with its word beside it, for what a page is there to be copied from. `what` is for screen readers. */
export function WordedCopyButton({ value, what }: { readonly value: string; readonly what: string }) {
  const [state, copy] = useCopy(value);
  return (
    <>
      <Tooltip label={SAYS[state]} disabled={state !== "failed"}>
        <Button
          variant="subtle"
          color={state === "yes" ? "verdigris" : "gray"}
          size="compact-xs"
          leftSection={<Sign state={state} />}
          onClick={copy}
        >
          {state === "yes" ? "Copied" : "Copy"}
          <VisuallyHidden>{` ${what}`}</VisuallyHidden>
        </Button>
      </Tooltip>
      <VisuallyHidden role="status">{SAYS[state]}</VisuallyHidden>
    </>
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
