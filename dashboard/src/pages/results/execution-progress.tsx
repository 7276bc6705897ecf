/** How far an execution is, and how its messages divide; each part leads to its messages. */
import { Text } from "@mantine/core";
import { counted, figure, totalOf } from "./outcome.ts";
import { OutcomeBar } from "./outcome-bar.tsx";
import { OutcomeLegend } from "./outcome-legend.tsx";
import styles from "./results.module.css";
import type { ExecutionDetail } from "./wire.ts";

export function ExecutionProgress({ execution }: { readonly execution: ExecutionDetail }) {
  const { id, targets, done, progress } = execution;
  const total = totalOf(progress.outcomes);
  // Each target becomes at least one message by each channel; the bar stays empty for those that are to come.
  const whole = Math.max(total, targets * progress.channels.length, 1);
  return (
    <>
      <Text component="p" className={styles.big}>
        {figure(done)}{" "}
        <Text span c="dimmed" fz="md" fw={400}>
          of {counted(targets, "target")} done{total > 0 && `, ${counted(total, "message")}`}
        </Text>
      </Text>
      <div
        className={styles.progress}
        role="progressbar"
        aria-label="Targets done"
        aria-valuemin={0}
        aria-valuemax={targets}
        aria-valuenow={done}
      >
        <OutcomeBar counts={progress.outcomes} whole={done < targets ? whole : total} />
      </div>
      <OutcomeLegend counts={progress.outcomes} filter={{ execution_id: id }} />
    </>
  );
}
