/** Headers of each call. Their values may be credentials: stored ones are never shown. */
import { ActionIcon, Button, Group, Input, Stack, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import type { Header } from "./gateway.ts";

export interface HeaderFieldsProps {
  readonly headers: readonly Header[];
  readonly error?: string | undefined;
  onChange(headers: readonly Header[]): void;
}

export function HeaderFields({ headers, error, onChange }: HeaderFieldsProps) {
  const change = (key: number, patch: Partial<Header>): void =>
    onChange(headers.map((header) => (header.key === key ? { ...header, ...patch } : header)));
  const add = (): void => {
    const key = Math.max(0, ...headers.map((header) => header.key)) + 1;
    onChange([...headers, { key, name: "", value: "", isStored: false }]);
  };
  return (
    <Input.Wrapper label="Headers" labelElement="div" error={error}>
      <Stack gap={6} mt={4} role="group" aria-label="Headers">
        {headers.map(({ key, name, value, isStored }, i) => (
          <Group key={key} gap={6} wrap="nowrap">
            <TextInput
              aria-label={`Name of header ${i + 1}`}
              placeholder="Authorization"
              value={name}
              readOnly={isStored}
              onChange={({ currentTarget }) => change(key, { name: currentTarget.value })}
              flex={1}
            />
            <TextInput
              aria-label={`Value of header ${i + 1}`}
              placeholder={isStored ? "Kept as it is" : "Bearer …"}
              value={value}
              autoComplete="off"
              onChange={({ currentTarget }) => change(key, { value: currentTarget.value })}
              flex={2}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Remove header ${i + 1}`}
              onClick={() => onChange(headers.filter((header) => header.key !== key))}
            >
              <IconX size={15} />
            </ActionIcon>
          </Group>
        ))}
        <div>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={add}
          >
            Add a header
          </Button>
        </div>
      </Stack>
    </Input.Wrapper>
  );
}
