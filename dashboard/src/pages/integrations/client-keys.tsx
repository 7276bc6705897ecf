/** A client's public keys and certificates: it proves itself by a signed assertion, and no secret leaves its side. */
import { Button, FileButton, Group, Select, Stack, Textarea } from "@mantine/core";
import { IconUpload } from "@tabler/icons-react";
import { useState } from "react";
import { useChange } from "../../api/use-change.ts";
import { MonoField } from "../../components/copy.tsx";
import { FormFrame, useForm } from "../../components/form.tsx";
import { DateTime } from "../../components/time.tsx";
import type { Client, ClientKey } from "./client.ts";
import { Credentials, type CredentialsProps } from "./client-credentials.tsx";

const COLUMNS: CredentialsProps<ClientKey>["columns"] = [
  { label: "Kind", render: ({ kind }) => kind.replaceAll("_", " ") },
  { label: "Algorithm", render: ({ algorithm }) => algorithm },
  {
    label: "Thumbprint (kid)",
    render: ({ thumbprint }) => <MonoField value={thumbprint} label="Copy the thumbprint" />,
  },
  { label: "Valid until", render: ({ valid_until: until }) => <DateTime value={until} /> },
];

export function ClientKeys({ client }: { readonly client: Client }) {
  return (
    <Credentials
      client={client}
      title="Keys and certificates"
      hint="For signed assertions (RFC 7523): the private key stays with the system that calls."
      empty="None yet."
      kind="keys"
      rows={client.keys}
      columns={COLUMNS}
      minWidth={560}
      nameOf={() => "the key"}
      removal="Delete the key"
      addition={{
        label: "Upload a key",
        size: "lg",
        form: (close) => <UploadKey client={client} close={close} />,
      }}
    />
  );
}

const ALGORITHMS = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"];
/** The most that the server reads. */
const MOST_BYTES = 200_000;

function UploadKey({ client, close }: { readonly client: Client; close(): void }) {
  const form = useForm({ pem: "", algorithm: "RS256" });
  const add = useChange<void, Client>({
    ask: () => ({ path: `/clients/${client.client_id}/keys`, body: form.values }),
    touches: ["clients", "audit"],
    onDone: close,
  });
  const [isTooLarge, setTooLarge] = useState(false);
  const read = (file: File | null): void => {
    if (file === null) return;
    const isKept = file.size <= MOST_BYTES;
    setTooLarge(!isKept);
    if (isKept) void file.text().then((text) => form.set("pem", text));
  };
  return (
    <FormFrame
      form={form}
      submit={() => add.mutate(undefined, { onError: form.refuse })}
      isPending={add.isPending}
      action="Upload the key"
      failed="The key was not taken"
      cancel={close}
    >
      <Stack gap="sm">
        <Textarea
          {...form.text("pem")}
          label="Public key or certificate"
          description="PEM. A private key is refused; it must not leave its system."
          placeholder={"-----BEGIN PUBLIC KEY-----"}
          autosize
          minRows={6}
          {...(isTooLarge ? { error: "This file is too large to be a key or a certificate." } : {})}
          maxRows={14}
          styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: "0.75rem" } }}
        />
        <Group>
          <FileButton onChange={read} accept=".pem,.crt,.cer,.pub,.key">
            {(props) => (
              <Button
                {...props}
                size="compact-sm"
                variant="default"
                leftSection={<IconUpload size={14} aria-hidden />}
              >
                From a file
              </Button>
            )}
          </FileButton>
        </Group>
        <Select
          label="Algorithm"
          name="algorithm"
          data={ALGORITHMS}
          allowDeselect={false}
          value={form.values.algorithm}
          onChange={(value) => form.set("algorithm", value ?? "RS256")}
          error={form.errorOf("algorithm")}
        />
      </Stack>
    </FormFrame>
  );
}
