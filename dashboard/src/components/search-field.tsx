/** The search of a page: the key / leads to it, Escape empties it, and it waits for a pause before it is said on. */
import { CloseButton, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useState } from "react";

const PAUSE_MS = 250;

export interface SearchFieldProps {
  /** "Search messages by user ID, address or reference" */
  readonly label: string;
  readonly placeholder?: string;
  readonly value: string;
  onChange(value: string): void;
}

export function SearchField({ label, placeholder = label, value, onChange }: SearchFieldProps) {
  const [text, setText] = useState(value);
  const say = useDebouncedCallback(onChange, PAUSE_MS);
  useEffect(() => setText(value), [value]);
  const sayNow = (next: string): void => {
    say.cancel();
    onChange(next.trim());
  };
  const change = (next: string): void => {
    setText(next);
    // What was pasted, chosen or emptied is whole: only typing is waited for.
    if (Math.abs(next.length - text.length) > 1) sayNow(next);
    else say(next.trim());
  };
  return (
    <TextInput
      aria-label={label}
      placeholder={placeholder}
      value={text}
      data-page-search
      leftSection={<IconSearch size={15} aria-hidden />}
      rightSection={
        text === "" ? null : (
          <CloseButton size="sm" aria-label="Empty the search" onClick={() => change("")} />
        )
      }
      onChange={({ currentTarget }) => change(currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === "Escape" && text !== "") change("");
        if (event.key === "Enter") sayNow(text);
      }}
      maw={420}
      w="100%"
    />
  );
}
