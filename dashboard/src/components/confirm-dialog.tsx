/** Asks before something that cannot be taken back, says what will happen, and keeps the fault in sight when it fails. */
import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { type FormEvent, type ReactNode, useState } from "react";
import { ErrorNotice } from "./error-notice.tsx";

export interface ConfirmDialogProps {
  readonly isOpen: boolean;
  close(): void;
  readonly title: string;
  /** What will happen, and to what. */
  readonly children: ReactNode;
  /** The verb: "Delete the webhook". */
  readonly action: string;
  readonly isDangerous?: boolean;
  /** Must be typed first; for what would hurt. */
  readonly typed?: string;
  readonly mutation: { readonly isPending: boolean; readonly error: unknown; reset(): void };
  confirm(): void;
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  const { isOpen, title, mutation } = props;
  const close = (): void => {
    mutation.reset();
    props.close();
  };
  return (
    <Modal opened={isOpen} onClose={close} title={title}>
      <Asked {...props} close={close} />
    </Modal>
  );
}

function Asked({
  close,
  title,
  children,
  action,
  isDangerous = false,
  typed,
  mutation,
  confirm,
}: ConfirmDialogProps) {
  const [text, setText] = useState("");
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    confirm();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <div>{children}</div>
        {typed !== undefined && (
          <TextInput
            label={`Type “${typed}” to go on`}
            value={text}
            onChange={({ currentTarget: { value } }) => setText(value)}
            autoComplete="off"
          />
        )}
        {mutation.error !== null && (
          <ErrorNotice title={`${title}: that did not work`} error={mutation.error} />
        )}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button
            type="submit"
            color={isDangerous ? "red" : "verdigris"}
            loading={mutation.isPending}
            disabled={typed !== undefined && text.trim() !== typed}
            data-autofocus={typed === undefined || undefined}
          >
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
