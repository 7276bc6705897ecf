/** A range of time in the address: one of the usual lengths up to now, or from and to as unix seconds. */
import { Group, Select, TextInput } from "@mantine/core";
import { useEffect, useMemo, useState } from "react";
import { useProject } from "../../router/project-context.ts";
import { secondsOf, wallOf } from "./zoned-time.ts";

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
          <Moment label="From" value={state.from} change={(from) => set({ from })} />
          <Moment label="To" value={state.to} change={(to) => set({ to })} />
        </>
      )}
    </Group>
  );
}

interface MomentProps {
  readonly label: string;
  readonly value: string;
  change(value: string): void;
}

/** In the project's time zone. Only a whole time counts: while it is typed there is none. */
function Moment({ label, value, change }: MomentProps) {
  const { timeZone } = useProject();
  const seconds = numberOf(value);
  const shown = seconds === null ? "" : wallOf(seconds, timeZone);
  const [text, setText] = useState(shown);
  useEffect(() => setText(shown), [shown]);
  const commit = (): void => {
    if (text !== shown) change(String(secondsOf(text, timeZone) ?? ""));
  };
  return (
    <TextInput
      label={label}
      type="datetime-local"
      title={`In ${timeZone}`}
      w={215}
      value={text}
      onChange={({ currentTarget }) => setText(currentTarget.value)}
      onBlur={commit}
      onKeyDown={({ key }) => {
        if (key === "Enter") commit();
      }}
    />
  );
}
