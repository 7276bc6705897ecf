/** A client's public keys and certificates: it proves itself by a signed assertion, and no secret leaves its side. */
import {
  Button,
  FileButton,
  Group,
  Modal,
  Select,
  Stack,
  Table,
  Text,
  Textarea,
  VisuallyHidden,
} from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconUpload } from "@tabler/icons-react";
import { useState } from "react";
import { useChange } from "../../api/use-change.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { MonoField } from "../../components/copy.tsx";
import { FormFrame, useForm } from "../../components/form.tsx";
import { Panel } from "../../components/panel.tsx";
import { DateTime } from "../../components/time.tsx";
import type { Client, ClientKey } from "./client.ts";

export function ClientKeys({ client }: { readonly client: Client }) {
  const [isOpen, dialog] = useDisclosure(false);
  return (
    <Panel
      title="Keys and certificates"
      hint="For signed assertions (RFC 7523): the private key stays with the system that calls."
      actions={
        <Button variant="default" onClick={dialog.open}>
          Upload a key
        </Button>
      }
      isFlush={client.keys.length > 0}
    >
      {client.keys.length > 0 ? (
        <KeyTable client={client} />
      ) : (
        <Text size="sm" c="dimmed">
          None yet.
        </Text>
      )}
      <Modal opened={isOpen} onClose={dialog.close} title="Upload a key" size="lg">
        <UploadKey client={client} close={dialog.close} />
      </Modal>
    </Panel>
  );
}

function KeyTable({ client }: { readonly client: Client }) {
  const [removed, setRemoved] = useState<ClientKey | null>(null);
  const remove = useChange<ClientKey>({
    ask: ({ id }) => ({ method: "DELETE", path: `/clients/${client.client_id}/keys/${id}` }),
    touches: ["clients", "audit"],
    onDone: () => setRemoved(null),
  });
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table aria-label="Keys and certificates" horizontalSpacing="lg">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Kind</Table.Th>
            <Table.Th scope="col">Algorithm</Table.Th>
            <Table.Th scope="col">Thumbprint (kid)</Table.Th>
            <Table.Th scope="col">Valid until</Table.Th>
            <Table.Th scope="col">
              <VisuallyHidden>Actions</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {client.keys.map((key) => (
            <Table.Tr key={key.id}>
              <Table.Td>{key.kind.replaceAll("_", " ")}</Table.Td>
              <Table.Td>{key.algorithm}</Table.Td>
              <Table.Td>
                <MonoField value={key.thumbprint} label="Copy the thumbprint" />
              </Table.Td>
              <Table.Td>
                <DateTime value={key.valid_until} />
              </Table.Td>
              <Table.Td ta="end">
                <Button size="compact-sm" variant="subtle" color="red" onClick={() => setRemoved(key)}>
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
        title="Delete the key"
        action="Delete the key"
        isDangerous
        mutation={remove}
        confirm={() => removed !== null && remove.mutate(removed)}
      >
        <Text size="sm">The access tokens that were got with it end within a second too.</Text>
      </ConfirmDialog>
    </Table.ScrollContainer>
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
