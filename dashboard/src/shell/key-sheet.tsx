/** The sheet of keys, opened by `?`. */
import { Group, Kbd, Modal, SimpleGrid, Stack, Switch, Text } from "@mantine/core";
import { useState, useSyncExternalStore } from "react";
import { useProject } from "../router/project-context.ts";
import { areKeysOn, switchKeys } from "./key-preference.ts";
import { fullLabel, waysFor } from "./navigation.ts";

let isOpen = false;
const listeners = new Set<() => void>();

function setOpen(next: boolean): void {
  isOpen = next;
  for (const listener of listeners) listener();
}

export const openKeySheet = (): void => setOpen(true);

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

const GENERAL: readonly (readonly [keys: readonly string[], what: string])[] = [
  [["Ctrl", "K"], "Commands and search"],
  [["/"], "Search on this page"],
  [["c"], "Create a campaign"],
  [["?"], "This sheet"],
  [["↑", "↓"], "Move along a table"],
  [["Enter"], "Open the row"],
];

export function KeySheet() {
  const opened = useSyncExternalStore(subscribe, () => isOpen);
  const [isOn, setOn] = useState(areKeysOn);
  const ways = waysFor(useProject()).filter(({ key }) => key !== undefined);
  return (
    <Modal opened={opened} onClose={() => setOpen(false)} title="Keyboard" size="lg">
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="xl">
        <KeyList rows={GENERAL} />
        <KeyList rows={ways.map((way) => [["g", way.key ?? ""], fullLabel(way)] as const)} />
      </SimpleGrid>
      <Switch
        mt="lg"
        label="Single keys are commands"
        description="Switch this off when you dictate, or when keys of your own get in the way. Ctrl K stays."
        checked={isOn}
        onChange={({ currentTarget: { checked } }) => {
          setOn(checked);
          switchKeys(checked);
        }}
      />
    </Modal>
  );
}

function KeyList({ rows }: { readonly rows: readonly (readonly [readonly string[], string])[] }) {
  return (
    <Stack gap={8}>
      {rows.map(([keys, what]) => (
        <Group key={what} justify="space-between" wrap="nowrap">
          <Text size="sm">{what}</Text>
          <Group gap={4} wrap="nowrap">
            {keys.map((key) => (
              <Kbd key={key} size="xs">
                {key}
              </Kbd>
            ))}
          </Group>
        </Group>
      ))}
    </Stack>
  );
}
