/** A state in a word, with a shape and a colour beside it: never colour alone. */
import styles from "./status-badge.module.css";

export type Tone = "good" | "bad" | "warn" | "info" | "quiet";

/** Filled for what is settled, a ring for what is under way, a bar for what is off, a triangle for trouble. */
const SHAPES: Readonly<Record<Tone, string>> = {
  good: "M6 2.2a3.8 3.8 0 1 1 0 7.6 3.8 3.8 0 0 1 0-7.6Z",
  bad: "M6 1.8 10.6 10H1.4Z",
  warn: "M6 1.6 10.4 6 6 10.4 1.6 6Z",
  info: "M6 2a4 4 0 1 1 0 8 4 4 0 0 1 0-8Zm0 1.6a2.4 2.4 0 1 0 0 4.8 2.4 2.4 0 0 0 0-4.8Z",
  quiet: "M2.4 5h7.2v2H2.4Z",
};

export function StatusBadge({ tone, children }: { readonly tone: Tone; readonly children: string }) {
  return (
    <span className={styles.badge} data-tone={tone}>
      <svg width="10" height="10" viewBox="0 0 12 12" aria-hidden="true" focusable="false">
        <path d={SHAPES[tone]} fill="currentColor" />
      </svg>
      {children}
    </span>
  );
}

/** Words that the API uses for states, and how they look. What is unknown here is shown quietly. */
const TONES: Readonly<Record<string, Tone>> = {
  live: "good",
  on: "good",
  ok: "good",
  active: "good",
  done: "good",
  delivered: "good",
  opened: "good",
  clicked: "good",
  running: "info",
  sending: "info",
  sent: "info",
  queued: "info",
  waiting: "info",
  scheduled: "info",
  accepted: "info",
  draft: "quiet",
  off: "quiet",
  past: "quiet",
  skipped: "quiet",
  stopped: "warn",
  unknown: "warn",
  resting: "warn",
  disabled: "bad",
  failed: "bad",
  exhausted: "bad",
  bounced: "bad",
  expired: "bad",
};

/** For a state as the API spells it. */
export function StateBadge({ state }: { readonly state: string }) {
  const words = state.replaceAll("_", " ");
  return (
    <StatusBadge tone={TONES[state] ?? "quiet"}>
      {words.slice(0, 1).toUpperCase() + words.slice(1)}
    </StatusBadge>
  );
}
