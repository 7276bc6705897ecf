/** The params of a preview: a field for each name of the contract, or what a pasted call brought along. */
import { Button, Group, JsonInput, Stack, Text, TextInput } from "@mantine/core";
import { IconClipboardText } from "@tabler/icons-react";
import { useState } from "react";
import type { ContractName } from "./campaign.ts";
import { useEditorPage } from "./editor-context.ts";
import { PasteCall } from "./paste-call.tsx";
import { useTrialBody } from "./use-sample.ts";

export function ParamsForm() {
  const { check, trial, setTrial } = useEditorPage();
  const { params = {} } = useTrialBody();
  const [isPasting, setPasting] = useState(false);
  const names = (check?.params_contract.names ?? []).filter(
    ({ name, source }) => source === "param" || Object.hasOwn(trial.params ?? {}, name),
  );
  const set = (name: string, value: unknown): void => {
    const { [name]: _gone, ...rest } = params;
    setTrial({ ...trial, params: value === undefined ? rest : { ...rest, [name]: value } });
  };
  const further = Object.keys(params).filter(
    (name) => trial.params !== null && !names.some((one) => one.name === name),
  );
  return (
    <Stack gap="sm">
      <Group justify="space-between" align="center">
        <Text size="sm" fw={550}>
          Params of the call
        </Text>
        <Group gap="xs">
          {trial.params !== null && (
            <Button size="compact-sm" variant="subtle" onClick={() => setTrial({ ...trial, params: null })}>
              Back to examples
            </Button>
          )}
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconClipboardText size={14} aria-hidden />}
            onClick={() => setPasting(true)}
          >
            Paste a call
          </Button>
        </Group>
      </Group>
      {names.map((one) => (
        // Keyed by where the values come from, so that a pasted call shows in the fields.
        <ParamField key={one.name} one={one} value={params[one.name]} set={(value) => set(one.name, value)} />
      ))}
      {names.length === 0 && (
        <Text size="sm" c="dimmed">
          The templates read no params.
        </Text>
      )}
      {further.length > 0 && (
        <Text size="xs" c="dimmed">
          {`Passed too, and read by no template: ${further.join(", ")}`}
        </Text>
      )}
      <PasteCall isOpen={isPasting} close={() => setPasting(false)} />
    </Stack>
  );
}

interface ParamFieldProps {
  readonly one: ContractName;
  readonly value: unknown;
  /** undefined leaves the param out. */
  set(value: unknown): void;
}

function ParamField({ one, value, set }: ParamFieldProps) {
  const label = `${one.name} (${one.type === "unknown" ? "text" : one.type})`;
  if (one.type === "list" || one.type === "object" || (typeof value === "object" && value !== null)) {
    return <JsonField label={label} value={value} set={set} />;
  }
  return (
    <TextInput
      label={label}
      value={value === undefined || value === null ? "" : String(value)}
      autoComplete="off"
      onChange={({ currentTarget }) => set(typed(currentTarget.value, one.type))}
    />
  );
}

/** As a backend would pass it: a number as a number, an empty field not at all. */
function typed(text: string, type: string): unknown {
  if (text === "") return undefined;
  if (type === "number" && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  return type === "boolean" && (text === "true" || text === "false") ? text === "true" : text;
}

function JsonField({ label, value, set }: Omit<ParamFieldProps, "one"> & { readonly label: string }) {
  const shown = value === undefined ? "" : JSON.stringify(value, null, 2);
  const [text, setText] = useState<string | null>(null);
  return (
    <JsonInput
      label={label}
      value={text ?? shown}
      autosize
      minRows={3}
      maxRows={10}
      validationError="This is not JSON yet."
      formatOnBlur
      onBlur={() => setText(null)}
      onChange={(next) => {
        setText(next);
        const parsed = parse(next);
        if (parsed !== null) set(parsed.value);
      }}
    />
  );
}

function parse(text: string): { value: unknown } | null {
  if (text.trim() === "") return { value: undefined };
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
}
