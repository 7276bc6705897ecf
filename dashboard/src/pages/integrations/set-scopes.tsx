/** The scopes of a client, in the groups of the External API's guide, each with the operations that it covers. */
import { Button, Checkbox, Group, Skeleton, Stack, Table, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useState } from "react";
import { useChange } from "../../api/use-change.ts";
import { useRead } from "../../api/use-read.ts";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { Panel } from "../../components/panel.tsx";
import { type Client, groupScopes, type Scope, type ScopeGroup } from "./client.ts";
import styles from "./set-scopes.module.css";

export function SetScopes({ client }: { readonly client: Client }) {
  const { data, error, refetch } = useRead<Scope[]>({ noun: "scopes", path: "/scopes" });
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(client.scopes));
  const save = useChange<void, Client>({
    ask: () => ({ method: "PATCH", path: `/clients/${client.client_id}`, body: { scopes: [...chosen] } }),
    touches: ["clients", "audit"],
    onDone: () => notifications.show({ message: "The scopes are set. They count from now on." }),
  });
  const isChanged = chosen.size !== client.scopes.length || client.scopes.some((name) => !chosen.has(name));
  const turn = (names: readonly string[], isOn: boolean): void =>
    setChosen((before) => {
      const next = new Set(before);
      for (const name of names) isOn ? next.add(name) : next.delete(name);
      return next;
    });
  if (error !== null && data === undefined) {
    return <ErrorNotice title="The scopes cannot be shown" error={error} retry={() => void refetch()} />;
  }
  return (
    <Stack gap="lg">
      {data === undefined ? (
        <Skeleton height={320} radius="lg" />
      ) : (
        groupScopes(data).map((group) => (
          <ScopeTable key={group.label} group={group} chosen={chosen} turn={turn} />
        ))
      )}
      {save.error !== null && <ErrorNotice title="The scopes were not set" error={save.error} />}
      <div className={styles.bar}>
        <Text size="sm" c="dimmed">
          {chosen.size} of {data?.length ?? 0} scopes{isChanged ? ", not saved yet" : ""}
        </Text>
        <Group gap="xs">
          <Button variant="default" disabled={!isChanged} onClick={() => setChosen(new Set(client.scopes))}>
            Undo
          </Button>
          <Button disabled={!isChanged} loading={save.isPending} onClick={() => save.mutate()}>
            Save scopes
          </Button>
        </Group>
      </div>
    </Stack>
  );
}

interface ScopeTableProps {
  readonly group: ScopeGroup;
  readonly chosen: ReadonlySet<string>;
  turn(names: readonly string[], isOn: boolean): void;
}

function ScopeTable({ group: { label, scopes }, chosen, turn }: ScopeTableProps) {
  const names = scopes.map(({ name }) => name);
  const count = names.filter((name) => chosen.has(name)).length;
  return (
    <Panel
      title={label}
      isFlush
      actions={
        <Checkbox
          label="All"
          aria-label={`All: ${label}`}
          checked={count === names.length}
          indeterminate={count > 0 && count < names.length}
          onChange={({ currentTarget: { checked } }) => turn(names, checked)}
        />
      }
    >
      <Table aria-label={label} className={styles.table}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Scope</Table.Th>
            <Table.Th scope="col">Operations</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {scopes.map(({ name, label: title, operations }) => (
            <Table.Tr key={name}>
              <Table.Td className={styles.scope}>
                <Checkbox
                  label={title}
                  description={name}
                  checked={chosen.has(name)}
                  onChange={({ currentTarget: { checked } }) => turn([name], checked)}
                />
              </Table.Td>
              <Table.Td className={styles.operations}>
                {operations.length === 0
                  ? "Nothing of this version"
                  : operations.map((one) => <code key={one}>{one}</code>)}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Panel>
  );
}
