/** The field that suits a type. The server reads the text; what it cannot read it says. */
import { Select, Textarea, TextInput } from "@mantine/core";

export interface AttributeFieldProps {
  readonly label: string;
  readonly type: string;
  readonly value: string;
  onChange(value: string): void;
  readonly error?: string | undefined;
  readonly isFirst?: boolean;
}

const HINTS: Readonly<Record<string, string>> = {
  date: "2026-11-12 or 2026-11-12 17:30:00",
  number: "1234.5",
  integer: "1234",
};

const TRUTHS = [
  { value: "true", label: "True" },
  { value: "false", label: "False" },
];

export function AttributeField({
  label,
  type,
  value,
  onChange,
  error,
  isFirst = false,
}: AttributeFieldProps) {
  const field = { label, error, autoFocus: isFirst };
  if (type === "boolean")
    return (
      <Select
        {...field}
        data={TRUTHS}
        clearable
        clearButtonProps={{ "aria-label": `Clear ${label}` }}
        value={value === "" ? null : value}
        onChange={(chosen) => onChange(chosen ?? "")}
      />
    );
  if (type === "json")
    return (
      <Textarea
        {...field}
        autosize
        minRows={3}
        maxRows={12}
        value={value}
        styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      />
    );
  return (
    <TextInput
      {...field}
      description={HINTS[type]}
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    />
  );
}
