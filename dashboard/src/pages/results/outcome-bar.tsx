/** How a number of targets or messages divides into outcomes: a bar in parts, with the same in words for screen readers. */
import { type Counts, counted, countOf, figure, GROUPS } from "./outcome.ts";
import styles from "./results.module.css";

export interface OutcomeBarProps {
  readonly counts: Counts;
  /** Messages that the whole bar stands for; what is not counted yet stays empty. */
  readonly whole: number;
  readonly isThin?: boolean;
}

export function OutcomeBar({ counts, whole, isThin = false }: OutcomeBarProps) {
  const parts = GROUPS.map((group) => ({ ...group, count: countOf(counts, group.outcomes) })).filter(
    ({ count }) => count > 0,
  );
  const words = parts.map(({ label, count }) => `${figure(count)} ${label.toLowerCase()}`).join(", ");
  const size = Math.max(
    whole,
    parts.reduce((sum, { count }) => sum + count, 0),
    1,
  );
  return (
    <div
      className={styles.bar}
      data-thin={isThin || undefined}
      role="img"
      aria-label={words || counted(0, "message")}
    >
      {parts.map(({ label, count, color }) => (
        <span
          key={label}
          className={styles.part}
          title={`${label}: ${figure(count)}`}
          style={{ width: `${(100 * count) / size}%`, background: `var(${color})` }}
        />
      ))}
    </div>
  );
}
