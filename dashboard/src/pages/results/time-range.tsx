/** A range of time in the address: one of the usual lengths up to now, or from and to as unix seconds. */
import { Group, Select } from "@mantine/core";
import { useMemo } from "react";
import { MomentField } from "../../components/moment-field.tsx";

/** As they stand in the address; "" for the page's usual one. */
export interface RangeState {
  readonly range: string;
  readonly from: string;
  readonly to: string;
}

/** `from` is included, `to` is not; null: open. */
export interface Range {
  readonly from: number | null;
  readonly to: number | null;
}

const HOUR = 3_600;
const DAY = 86_400;

const LENGTHS: Readonly<Record<string, { readonly label: string; readonly seconds: number | null }>> = {
  "1h": { label: "Last hour", seconds: HOUR },
  "24h": { label: "Last 24 hours", seconds: DAY },
  "7d": { label: "Last 7 days", seconds: 7 * DAY },
  "30d": { label: "Last 30 days", seconds: 30 * DAY },
  all: { label: "All time", seconds: null },
};

const CUSTOM = "custom";

/** Stands still while the page is open, so that each figure and the list behind it mean the same time. */
export function useRange({ range, from, to }: RangeState, usual: string): Range {
  return useMemo(() => {
    if (from !== "" || to !== "") return { from: numberOf(from), to: numberOf(to) };
    const seconds = (LENGTHS[range] ?? LENGTHS[usual])?.seconds ?? null;
    const minute = Math.floor(Date.now() / 60_000) * 60;
    return { from: seconds === null ? null : minute - seconds, to: null };
  }, [range, from, to, usual]);
}

function numberOf(text: string): number | null {
  const seconds = Number(text);
  return text !== "" && Number.isSafeInteger(seconds) ? seconds : null;
}

export interface TimeRangeProps {
  readonly state: RangeState;
  readonly usual: string;
  set(patch: Partial<RangeState>): void;
}

export function TimeRange({ state, usual, set }: TimeRangeProps) {
  const isCustom = state.from !== "" || state.to !== "";
  const choose = (value: string | null): void => {
    const range = value === usual || value === CUSTOM ? "" : (value ?? "");
    const from = value === CUSTOM ? String(Math.floor(Date.now() / 60_000) * 60 - DAY) : "";
    set({ range, from, to: "" });
  };
  return (
    <Group gap="xs" align="end">
      <Select
        label="Time"
        w={150}
        allowDeselect={false}
        data={[
          ...Object.entries(LENGTHS).map(([value, { label }]) => ({ value, label })),
          { value: CUSTOM, label: "From … to …" },
        ]}
        value={isCustom ? CUSTOM : state.range || usual}
        onChange={choose}
      />
      {isCustom && (
        <>
          <MomentField
            label="From"
            value={numberOf(state.from)}
            change={(from) => set({ from: String(from ?? "") })}
          />
          <MomentField label="To" value={numberOf(state.to)} change={(to) => set({ to: String(to ?? "") })} />
        </>
      )}
    </Group>
  );
}
