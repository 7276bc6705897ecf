/** Chooses an attribute: known ones by group, or a new one by typing its name. */
import { Select } from "@mantine/core";
import { useState } from "react";
import type { AttributeName } from "../../../../server/src/domain/template-names.ts";

export interface TargetSelectProps {
  readonly label: string;
  readonly value: string | null;
  readonly known: readonly AttributeName[];
  readonly error?: string | undefined;
  onChange(value: string | null): void;
}

/** As the server takes names of custom attributes. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;

export function TargetSelect({ label, value, known, error, onChange }: TargetSelectProps) {
  const [typed, setTyped] = useState("");
  return (
    <Select
      aria-label={label}
      placeholder="Left out"
      searchable
      clearable
      clearButtonProps={{ "aria-label": `Leave out: ${label}` }}
      data={groupsOf(known, { value, typed: typed.trim() })}
      value={value}
      error={error}
      searchValue={typed}
      onSearchChange={setTyped}
      onChange={onChange}
      nothingFoundMessage="Names have letters, digits and underscores."
      maxDropdownHeight={320}
    />
  );
}

interface Group {
  readonly group: string;
  readonly items: { value: string; label: string }[];
}

function groupsOf(
  known: readonly AttributeName[],
  { value, typed }: { readonly value: string | null; readonly typed: string },
): Group[] {
  const usable = known.filter(({ name }) => name !== "profile_id");
  const has = (name: string): boolean => usable.some((one) => one.name === name);
  const fresh = [...new Set([value ?? "", typed])].filter((name) => NAME.test(name) && !has(name));
  const items = (isSystem: boolean) =>
    usable.filter(({ system }) => system === isSystem).map(({ name }) => ({ value: name, label: name }));
  return [
    { group: "New attribute", items: fresh.map((name) => ({ value: name, label: `${name} (new)` })) },
    { group: "Of every project", items: items(true) },
    { group: "Of this project", items: items(false) },
  ].filter(({ items: { length } }) => length > 0);
}
