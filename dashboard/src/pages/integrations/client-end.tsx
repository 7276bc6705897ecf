/** A client's name and rules, ending its tokens, switching it off, deleting it. */
import { Button, Group, Stack, Switch, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useChange } from "../../api/use-change.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { FormFrame, useForm } from "../../components/form.tsx";
import { Panel } from "../../components/panel.tsx";
import { useProject } from "../../router/project-context.ts";
import type { Client } from "./client.ts";

export function ClientEnd({ client }: { readonly client: Client }) {
  const form = useForm({ name: client.name, require_jti: client.require_jti });
  const save = useChange<void, Client>({
    ask: () => ({ method: "PATCH", path: `/clients/${client.client_id}`, body: form.values }),
    touches: ["clients", "audit"],
    onDone: ({ name, require_jti }) => {
      form.reset({ name, require_jti });
      notifications.show({ message: "The client is saved." });
    },
  });
  return (
    <Stack gap="lg">
      <Panel title="Client">
        <FormFrame
          form={form}
          submit={() => save.mutate(undefined, { onError: form.refuse })}
          isPending={save.isPending}
          action="Save"
          failed="The client was not saved"
        >
          <Stack maw={480}>
            <TextInput {...form.text("name")} label="Name of the integration" />
            <Switch
              label="Each assertion is good for one use"
              description="Signed assertions must carry a jti; a second use of the same is refused."
              checked={form.values.require_jti}
              onChange={({ currentTarget: { checked } }) => form.set("require_jti", checked)}
            />
          </Stack>
        </FormFrame>
      </Panel>
      <EndPanel client={client} />
    </Stack>
  );
}

function EndPanel({ client: { client_id: id, name, enabled } }: { readonly client: Client }) {
  const [isAsked, setAsked] = useState(false);
  const navigate = useNavigate();
  const { path } = useProject();
  const turn = useChange<boolean>({
    ask: (isOn) => ({ method: "PATCH", path: `/clients/${id}`, body: { enabled: isOn } }),
    touches: ["clients", "audit"],
  });
  const revoke = useChange<void>({
    ask: () => ({ path: `/clients/${id}/revoke-tokens`, body: {} }),
    touches: ["clients", "audit"],
    onDone: () => notifications.show({ message: "Its access tokens have ended." }),
  });
  const remove = useChange<void>({
    ask: () => ({ method: "DELETE", path: `/clients/${id}` }),
    touches: ["clients", "audit"],
    onDone: () => void navigate({ to: path("settings/api") }),
  });
  const error = turn.error ?? revoke.error;
  return (
    <Panel
      title="Stop its calls"
      hint="Ended tokens can be got anew with its secret or key. Switched off, the client gets none. Both count within a second."
    >
      <Group gap="xs">
        <Button variant="default" loading={revoke.isPending} onClick={() => revoke.mutate()}>
          End its access tokens
        </Button>
        <Button variant="default" loading={turn.isPending} onClick={() => turn.mutate(!enabled)}>
          {enabled ? "Switch off" : "Switch on"}
        </Button>
        <Button variant="light" color="red" onClick={() => setAsked(true)}>
          Delete
        </Button>
      </Group>
      {error !== null && <ErrorNotice title="It stays as it is" error={error} />}
      <ConfirmDialog
        isOpen={isAsked}
        close={() => setAsked(false)}
        title={`Delete ${name}`}
        action="Delete the client ID"
        isDangerous
        typed={name}
        mutation={remove}
        confirm={() => remove.mutate()}
      >
        <Text size="sm">
          Its secrets, keys and access tokens end at once. The audit log keeps what it was.
        </Text>
      </ConfirmDialog>
    </Panel>
  );
}
