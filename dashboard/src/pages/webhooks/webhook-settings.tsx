/** Changing an endpoint: its fields, its secret, off and on, and taking it away. */
import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useChange } from "../../api/use-change.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { FormFrame, useForm } from "../../components/form.tsx";
import { Panel } from "../../components/panel.tsx";
import { DateTime } from "../../components/time.tsx";
import { useProject } from "../../router/project-context.ts";
import type { Connection } from "./connection.ts";
import { bodyOf, ConnectionFields, valuesOf } from "./connection-form.tsx";
import { SecretOnce } from "./secret-once.tsx";

export function WebhookSettings({ connection }: { readonly connection: Connection }) {
  const form = useForm(valuesOf(connection));
  const save = useChange<void, Connection>({
    ask: () => ({ method: "PATCH", path: `/connections/${connection.id}`, body: bodyOf(form.values) }),
    touches: ["connections"],
    onDone: (saved) => {
      form.reset(valuesOf(saved));
      notifications.show({ message: "The webhook is saved." });
    },
  });
  return (
    <Stack gap="lg">
      <Panel title="Endpoint">
        <FormFrame
          form={form}
          submit={() => save.mutate(undefined, { onError: form.refuse })}
          isPending={save.isPending}
          action="Save"
          failed="The webhook was not saved"
        >
          <ConnectionFields form={form} current={connection} />
        </FormFrame>
      </Panel>
      <SecretPanel connection={connection} />
      <EndPanel connection={connection} />
    </Stack>
  );
}

function SecretPanel({ connection }: { readonly connection: Connection }) {
  const [isAsked, setAsked] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const rotate = useChange<void, { secret: string }>({
    ask: () => ({ path: `/connections/${connection.id}/rotate-secret`, body: {} }),
    touches: ["connections"],
    onDone: (made) => {
      setAsked(false);
      setSecret(made.secret);
    },
  });
  const { previous_secret_until: until } = connection;
  return (
    <Panel
      title="Signing secret"
      hint={
        until === null ? (
          "Shown when it is made, never again."
        ) : (
          <>
            The one before signs along until <DateTime value={until} />.
          </>
        )
      }
      actions={
        <Button variant="default" onClick={() => setAsked(true)}>
          Rotate the secret
        </Button>
      }
    >
      <ConfirmDialog
        isOpen={isAsked}
        close={() => setAsked(false)}
        title="Rotate the signing secret"
        action="Make a new secret"
        mutation={rotate}
        confirm={() => rotate.mutate()}
      >
        <Text size="sm">
          Events carry two signatures for 24 hours, by the new secret and by this one, so that nothing is
          refused while you bring the new one to {connection.name}.
        </Text>
      </ConfirmDialog>
      <Modal
        opened={secret !== null}
        onClose={() => setSecret(null)}
        title="The new signing secret"
        size="lg"
      >
        {secret !== null && <SecretOnce secret={secret} />}
      </Modal>
    </Panel>
  );
}

function EndPanel({ connection: { id, name, state } }: { readonly connection: Connection }) {
  const [isAsked, setAsked] = useState(false);
  const navigate = useNavigate();
  const { path } = useProject();
  const turn = useChange<boolean>({
    ask: (enabled) => ({ method: "PATCH", path: `/connections/${id}`, body: { enabled } }),
    touches: ["connections"],
  });
  const remove = useChange<void>({
    ask: () => ({ method: "DELETE", path: `/connections/${id}` }),
    touches: ["connections"],
    onDone: () => void navigate({ to: path("settings/webhooks") }),
  });
  return (
    <Panel
      title="Stop posting"
      hint="Switched off, nothing new is written down for this endpoint. Deleted, its log goes too."
    >
      <Group gap="xs">
        <Button variant="default" loading={turn.isPending} onClick={() => turn.mutate(state !== "on")}>
          {state === "on" ? "Switch off" : "Switch on"}
        </Button>
        <Button variant="light" color="red" onClick={() => setAsked(true)}>
          Delete
        </Button>
      </Group>
      {turn.error !== null && <ErrorNotice title="It stays as it is" error={turn.error} />}
      <ConfirmDialog
        isOpen={isAsked}
        close={() => setAsked(false)}
        title={`Delete ${name}`}
        action="Delete the webhook"
        isDangerous
        typed={name}
        mutation={remove}
        confirm={() => remove.mutate()}
      >
        <Text size="sm">Its events and its log go with it. This cannot be taken back.</Text>
      </ConfirmDialog>
    </Panel>
  );
}
