/** A value that turns into its own small form: Enter saves, Escape leaves it, and the focus goes back to where it came from. */
import { ActionIcon, Button, Group, Stack } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconPencil } from "@tabler/icons-react";
import { type FormEvent, type ReactNode, useEffect, useRef } from "react";
import { ApiError } from "../../api/api-error.ts";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { plain } from "./by-field.ts";
import styles from "./profiles.module.css";

export interface InlineEditProps {
  /** Of what is edited: "first name". */
  readonly name: string;
  readonly canEdit: boolean;
  readonly shown: ReactNode;
  /** Called with each opening, so that the fields begin with what is stored. */
  begin(): void;
  readonly fields: ReactNode;
  readonly save: { readonly isPending: boolean; readonly error: unknown; reset(): void };
  /** `done` closes the form. */
  submit(done: () => void): void;
}

export function InlineEdit(props: InlineEditProps) {
  const { name, canEdit, shown, begin, save } = props;
  const [isOpen, editing] = useDisclosure(false);
  const pencil = useRef<HTMLButtonElement>(null);
  const wasOpen = useRef(false);
  useEffect(() => {
    if (wasOpen.current && !isOpen) pencil.current?.focus();
    wasOpen.current = isOpen;
  }, [isOpen]);
  if (isOpen) return <EditForm {...props} close={editing.close} />;
  const open = (): void => {
    save.reset();
    begin();
    editing.open();
  };
  return (
    <Group gap={6} className={styles.value} wrap="nowrap" align="flex-start">
      <span className={styles.shown}>{shown}</span>
      {canEdit && (
        <ActionIcon
          ref={pencil}
          variant="subtle"
          color="gray"
          size="sm"
          className={styles.pencil}
          aria-label={`Edit ${name}`}
          onClick={open}
        >
          <IconPencil size={15} />
        </ActionIcon>
      )}
    </Group>
  );
}

function EditForm({ name, fields, save, submit, close }: InlineEditProps & { close(): void }) {
  const send = (event: FormEvent): void => {
    event.preventDefault();
    if (!save.isPending) submit(close);
  };
  return (
    <form
      onSubmit={send}
      noValidate
      aria-label={`Edit ${name}`}
      onKeyDown={(event) => {
        if (event.key === "Escape" && !event.defaultPrevented) close();
      }}
    >
      <Stack gap={8} className={styles.editing}>
        {fields}
        {save.error !== null && <ErrorNotice title="Not saved" error={withoutFields(save.error)} />}
        <Group gap="xs">
          <Button type="submit" size="compact-sm" loading={save.isPending}>
            Save
          </Button>
          <Button size="compact-sm" variant="default" onClick={close}>
            Cancel
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** One value is edited at a time: what is wrong with it is the whole message. */
function withoutFields(error: unknown): unknown {
  if (!(error instanceof ApiError)) return error;
  const words = Object.values(error.errors).flat().map(plain);
  if (words.length === 0) return error;
  const { status, code, requestId } = error;
  return new ApiError({ status, code, requestId, message: words.join(" ") });
}
