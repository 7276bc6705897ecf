/** A client's secrets: several at once, so that one can be replaced without a gap. Each is shown once, when it is made. */
import { Button, Modal, Select, Stack, Table, Text, VisuallyHidden } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useState } from "react";
import { useChange } from "../../api/use-change.ts";
import { CodeBlock } from "../../components/code-block.tsx";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { CopyField } from "../../components/copy.tsx";
import { FormFrame, useForm } from "../../components/form.tsx";
import { Panel } from "../../components/panel.tsx";
import { DateTime } from "../../components/time.tsx";
import { useProject } from "../../router/project-context.ts";
import type { Client, ClientSecret } from "./client.ts";

export function ClientSecrets({ client }: { readonly client: Client }) {
  const [isOpen, dialog] = useDisclosure(false);
  const [made, setMade] = useState<string | null>(null);
  return (
    <Panel
      title="Secrets"
      hint="With a secret the client gets access tokens. Make the next one before the last one ends."
      actions={
        <Button variant="default" onClick={dialog.open}>
          Add a secret
        </Button>
      }
      isFlush={client.secrets.length > 0}
    >
      {client.secrets.length > 0 ? (
        <SecretTable client={client} />
      ) : (
        <Text size="sm" c="dimmed">
          None yet: until it has a secret or a key, the client gets no access token.
        </Text>
      )}
      <Modal opened={isOpen} onClose={dialog.close} title="Add a secret">
        <AddSecret
          client={client}
          close={dialog.close}
          made={(secret) => {
            dialog.close();
            setMade(secret);
          }}
        />
      </Modal>
      <Modal opened={made !== null} onClose={() => setMade(null)} title="The new secret" size="lg">
        {made !== null && <NewSecret clientId={client.client_id} secret={made} />}
      </Modal>
    </Panel>
  );
}

function SecretTable({ client }: { readonly client: Client }) {
  const [removed, setRemoved] = useState<ClientSecret | null>(null);
  const remove = useChange<ClientSecret>({
    ask: ({ id }) => ({ method: "DELETE", path: `/clients/${client.client_id}/secrets/${id}` }),
    touches: ["clients", "audit"],
    onDone: () => setRemoved(null),
  });
  return (
    <>
      <Table aria-label="Secrets" horizontalSpacing="lg">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Ends with</Table.Th>
            <Table.Th scope="col">Made</Table.Th>
            <Table.Th scope="col">Valid until</Table.Th>
            <Table.Th scope="col">
              <VisuallyHidden>Actions</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {client.secrets.map((secret) => (
            <Table.Tr key={secret.id}>
              <Table.Td>
                <code style={{ whiteSpace: "nowrap" }}>…{secret.hint}</code>
              </Table.Td>
              <Table.Td>
                <DateTime value={secret.create_time} />
              </Table.Td>
              <Table.Td>
                {secret.valid_until === null ? "no end" : <DateTime value={secret.valid_until} />}
              </Table.Td>
              <Table.Td ta="end">
                <Button size="compact-sm" variant="subtle" color="red" onClick={() => setRemoved(secret)}>
                  Delete
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <ConfirmDialog
        isOpen={removed !== null}
        close={() => setRemoved(null)}
        title={`Delete the secret …${removed?.hint ?? ""}`}
        action="Delete the secret"
        isDangerous
        mutation={remove}
        confirm={() => removed !== null && remove.mutate(removed)}
      >
        <Text size="sm">The access tokens that were got with it end within a second too.</Text>
      </ConfirmDialog>
    </>
  );
}

const DAY = 86_400;
const SPANS = [
  { value: "", label: "no end" },
  { value: String(90 * DAY), label: "90 days" },
  { value: String(180 * DAY), label: "180 days" },
  { value: String(365 * DAY), label: "a year" },
];

interface AddSecretProps {
  readonly client: Client;
  close(): void;
  made(secret: string): void;
}

function AddSecret({ client, close, made }: AddSecretProps) {
  const form = useForm({ valid_until: String(365 * DAY) });
  const { valid_until: span } = form.values;
  const add = useChange<void, { secret: string }>({
    ask: () => ({
      path: `/clients/${client.client_id}/secrets`,
      body: span === "" ? {} : { valid_until: Math.floor(Date.now() / 1000) + Number(span) },
    }),
    touches: ["clients", "audit"],
    onDone: ({ secret }) => made(secret),
  });
  return (
    <FormFrame
      form={form}
      submit={() => add.mutate(undefined, { onError: form.refuse })}
      isPending={add.isPending}
      action="Make the secret"
      failed="The secret was not made"
      cancel={close}
    >
      <Select
        label="Valid for"
        name="valid_until"
        data={SPANS}
        allowDeselect={false}
        value={span}
        onChange={(value) => form.set("valid_until", value ?? "")}
        error={form.errorOf("valid_until")}
      />
    </FormFrame>
  );
}

function NewSecret({ clientId, secret }: { readonly clientId: string; readonly secret: string }) {
  const { me } = useProject();
  const url = `${me.instance.url || window.location.origin}/api/oauth/token`;
  const code = [
    `curl --request POST '${url}' \\`,
    `  --user '${clientId}:${secret}' \\`,
    `  --data 'grant_type=client_credentials'`,
  ].join("\n");
  return (
    <Stack>
      <Text size="sm">Bring it to the system that calls now; it is not shown again.</Text>
      <CopyField label="Client ID" value={clientId} />
      <CopyField label="Secret" value={secret} />
      <CodeBlock label="Getting an access token" samples={[{ label: "curl", code }]} />
    </Stack>
  );
}
