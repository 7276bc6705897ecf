/** Whether an address may be used. Nothing is chosen beforehand: consent is said by somebody, never supposed. */
import { Select } from "@mantine/core";

export interface ConsentChoiceProps {
  readonly name: string;
  readonly label: string;
  /** "1", "0" or "". */
  readonly value: string;
  readonly error?: string | undefined;
  onChange(value: string): void;
}

const CHOICES = [
  { value: "1", label: "Yes, they subscribed" },
  { value: "0", label: "No" },
];

export function ConsentChoice({ name, label, value, error, onChange }: ConsentChoiceProps) {
  return (
    <Select
      name={name}
      label={label}
      data={CHOICES}
      placeholder="Not said"
      value={value === "" ? null : value}
      error={error}
      onChange={(chosen) => onChange(chosen ?? "")}
    />
  );
}
