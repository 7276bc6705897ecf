/** What a client's secrets and keys share: a table, each row deleted after a question, and a dialog for one more. */
import { Button, Modal, Table, Text, VisuallyHidden } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { type ReactNode, useState } from "react";
import { useChange } from "../../api/use-change.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { Panel } from "../../components/panel.tsx";
import type { Client } from "./client.ts";

interface Credential {
  readonly id: number;
}

export interface CredentialsProps<Row extends Credential> extends CredentialTableProps<Row> {
  readonly hint: string;
  /** What stands there while there is none. */
  readonly empty: string;
  /** The way to one more: a button, and the dialog that it opens. */
  readonly addition: {
    readonly label: string;
    readonly size?: "lg";
    form(close: () => void): ReactNode;
  };
  /** Further dialogs. */
  readonly children?: ReactNode;
}

export function Credentials<Row extends Credential>(props: CredentialsProps<Row>) {
  const { title, hint, empty, addition, rows, children, ...table } = props;
  const [isOpen, dialog] = useDisclosure(false);
  return (
    <Panel
      title={title}
      hint={hint}
      actions={
        <Button variant="default" onClick={dialog.open}>
          {addition.label}
        </Button>
      }
      isFlush={rows.length > 0}
    >
      {rows.length > 0 ? (
        <CredentialTable {...table} title={title} rows={rows} />
      ) : (
        <Text size="sm" c="dimmed">
          {empty}
        </Text>
      )}
      <Modal opened={isOpen} onClose={dialog.close} title={addition.label} size={addition.size ?? "md"}>
        {addition.form(dialog.close)}
      </Modal>
      {children}
    </Panel>
  );
}

interface CredentialTableProps<Row extends Credential> {
  readonly client: Client;
  readonly title: string;
  /** As the path names them. */
  readonly kind: "keys" | "secrets";
  readonly rows: readonly Row[];
  readonly columns: readonly { readonly label: string; render(row: Row): ReactNode }[];
  /** Below this many pixels the table is scrolled. */
  readonly minWidth: number;
  /** "the key"; null after its row is gone. */
  nameOf(row: Row | null): string;
  /** The words of the button that deletes. */
  readonly removal: string;
}

function CredentialTable<Row extends Credential>(props: CredentialTableProps<Row>) {
  const { client, title, kind, rows, columns, minWidth, nameOf, removal } = props;
  const [removed, setRemoved] = useState<Row | null>(null);
  const remove = useChange<Row>({
    ask: ({ id }) => ({ method: "DELETE", path: `/clients/${client.client_id}/${kind}/${id}` }),
    touches: ["clients", "audit"],
    onDone: () => setRemoved(null),
  });
  return (
    <Table.ScrollContainer minWidth={minWidth}>
      <Table aria-label={title} horizontalSpacing="lg">
        <Table.Thead>
          <Table.Tr>
            {columns.map(({ label }) => (
              <Table.Th key={label} scope="col">
                {label}
              </Table.Th>
            ))}
            <Table.Th scope="col">
              <VisuallyHidden>Actions</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.id}>
              {columns.map(({ label, render }) => (
                <Table.Td key={label}>{render(row)}</Table.Td>
              ))}
              <Table.Td ta="end">
                <Button size="compact-sm" variant="subtle" color="red" onClick={() => setRemoved(row)}>
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
        title={`Delete ${nameOf(removed)}`}
        action={removal}
        isDangerous
        mutation={remove}
        confirm={() => removed !== null && remove.mutate(removed)}
      >
        <Text size="sm">The access tokens that were got with it end within a second too.</Text>
      </ConfirmDialog>
    </Table.ScrollContainer>
  );
}
