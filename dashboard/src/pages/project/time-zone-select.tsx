/** Chooses a time zone by its IANA name. */
import { Select } from "@mantine/core";
import { useMemo } from "react";
import { timeZones } from "./project-settings.ts";

export interface TimeZoneSelectProps {
  readonly value: string;
  readonly error?: string | undefined;
  readonly isReadOnly?: boolean;
  onChange(value: string): void;
}

export function TimeZoneSelect({ value, error, isReadOnly = false, onChange }: TimeZoneSelectProps) {
  const zones = useMemo(() => [...new Set([value, ...timeZones()])], [value]);
  return (
    <Select
      name="time_zone"
      label="Time zone"
      description="In which times are shown and days are counted."
      data={zones}
      searchable
      maw={420}
      limit={100}
      allowDeselect={false}
      value={value}
      error={error}
      disabled={isReadOnly}
      onChange={(chosen) => onChange(chosen ?? value)}
      nothingFoundMessage="No zone has that name. Try a city, such as Dublin."
    />
  );
}
