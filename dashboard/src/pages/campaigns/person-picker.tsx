/** One person of the project, found by user ID, email or number. */
import { Autocomplete } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useEffect, useState } from "react";
import type { ProfileRowView } from "../../../../server/src/actions/profiles/find-profiles.ts";
import { useReadList } from "../../api/use-read.ts";

const PAUSE_MS = 200;
const SHOWN = 20;

export interface PersonPickerProps {
  /** "": nobody. */
  readonly value: string;
  onChange(userId: string): void;
  readonly label?: string;
  readonly description?: string;
  readonly placeholder?: string;
  readonly error?: string | undefined;
  readonly className?: string | undefined;
  /** Each letter counts at once. Otherwise what was typed does once the field is left. */
  readonly isLive?: boolean;
}

const FOR_TRIAL = "Their attributes fill the placeholders. Empty: example values do.";

export function PersonPicker(props: PersonPickerProps) {
  const { value, onChange, label = "Person", description = FOR_TRIAL, isLive = false, className } = props;
  const { placeholder = "User ID, email or mobile number" } = props;
  const [text, setText] = useState(value);
  // A pasted call brings a person along.
  useEffect(() => setText(value), [value]);
  const [q] = useDebouncedValue(text.trim(), PAUSE_MS);
  const { rows, error } = useReadList<ProfileRowView>({
    noun: "profiles",
    path: "/profiles",
    query: { q, limit: SHOWN },
  });
  const named = rows.filter((row) => row.user_id !== null);
  const address = new Map(named.map((row) => [row.user_id, row.email ?? row.mobile_number ?? ""]));
  return (
    <Autocomplete
      label={label}
      description={description === "" ? undefined : description}
      placeholder={placeholder}
      className={className}
      value={text}
      data={named.map((row) => row.user_id ?? "")}
      filter={({ options }) => options}
      limit={SHOWN}
      error={props.error ?? (error ? "Profiles cannot be searched at the moment." : undefined)}
      clearable
      renderOption={({ option }) => (
        <span>
          {option.value} <small>{address.get(option.value)}</small>
        </span>
      )}
      onChange={(next) => {
        setText(next);
        if (next === "" || isLive) onChange(next.trim());
      }}
      onOptionSubmit={onChange}
      onBlur={() => text.trim() !== value && onChange(text.trim())}
      onKeyDown={(event) => {
        if (event.key === "Enter" && !event.defaultPrevented) onChange(text.trim());
      }}
    />
  );
}
