/** A range of time in the address: one of the usual lengths up to now, or from and to as unix seconds. */
import { Group } from "@mantine/core";
import { useMemo } from "react";
import { LateSelect } from "../../components/late-select.tsx";
import { MomentField } from "../../components/moment-field.tsx";
import { DAY, LENGTHS, minuteOf, numberOf, type Range, type RangeState, rangeIn } from "./range.ts";

const CUSTOM = "custom";

/** Stands still while the page is open, so that each figure and the list behind it mean the same time. */
export function useRange({ range, from, to }: RangeState, usual: string): Range {
  return useMemo(() => rangeIn({ range, from, to }, usual, Date.now()), [range, from, to, usual]);
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
    const from = value === CUSTOM ? String(minuteOf(Date.now()) - DAY) : "";
    set({ range, from, to: "" });
  };
  return (
    <Group gap="xs" align="end">
      <LateSelect
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
