/** A client's secrets: several at once, so that one can be replaced without a gap. Each is shown once, when it is made. */
import { Modal, Select, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { useChange } from "../../api/use-change.ts";
import { CodeBlock } from "../../components/code-block.tsx";
import { CopyField } from "../../components/copy.tsx";
import { FormFrame, useForm } from "../../components/form.tsx";
import { DateTime } from "../../components/time.tsx";
import { useProject } from "../../router/project-context.ts";
import type { Client, ClientSecret } from "./client.ts";
import { Credentials, type CredentialsProps } from "./client-credentials.tsx";

const COLUMNS: CredentialsProps<ClientSecret>["columns"] = [
  { label: "Ends with", render: ({ hint }) => <code style={{ whiteSpace: "nowrap" }}>…{hint}</code> },
  { label: "Made", render: ({ create_time: time }) => <DateTime value={time} /> },
  {
    label: "Valid until",
    render: ({ valid_until: until }) => (until === null ? "no end" : <DateTime value={until} />),
  },
];

export function ClientSecrets({ client }: { readonly client: Client }) {
  const [made, setMade] = useState<string | null>(null);
  const form = (close: () => void) => (
    <AddSecret
      client={client}
      close={close}
      made={(secret) => {
        close();
        setMade(secret);
      }}
    />
  );
  return (
    <Credentials
      client={client}
      title="Secrets"
      hint="With a secret the client gets access tokens. Make the next one before the last one ends."
      empty="None yet: until it has a secret or a key, the client gets no access token."
      kind="secrets"
      rows={client.secrets}
      columns={COLUMNS}
      minWidth={0}
      nameOf={(secret) => `the secret …${secret?.hint ?? ""}`}
      removal="Delete the secret"
      addition={{ label: "Add a secret", form }}
    >
      <Modal opened={made !== null} onClose={() => setMade(null)} title="The new secret" size="lg">
        {made !== null && <NewSecret clientId={client.client_id} secret={made} />}
      </Modal>
    </Credentials>
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
