/** How far an execution is, and how its messages divide; each part leads to its messages. */
import { Text } from "@mantine/core";
import { MessagesLink } from "./messages-link.tsx";
import { counted, countOf, figure, GROUPS, totalOf } from "./outcome.ts";
import { OutcomeBar } from "./outcome-bar.tsx";
import styles from "./results.module.css";
import type { ExecutionDetail } from "./wire.ts";

export function ExecutionProgress({ execution }: { readonly execution: ExecutionDetail }) {
  const { id, targets, done, progress } = execution;
  const total = totalOf(progress.outcomes);
  // What waits in the queue has no message yet: the bar stays empty for it.
  const whole = total + (targets - done) * Math.max(1, progress.channels.length);
  const shown = GROUPS.map((group) => ({
    ...group,
    count: countOf(progress.outcomes, group.outcomes),
  })).filter(({ count }) => count > 0);
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
      <dl className={styles.legend}>
        {shown.map(({ label, outcomes, color, count, hint }) => (
          <div key={label} title={hint}>
            <dt>
              <span className={styles.swatch} style={{ background: `var(${color})` }} aria-hidden />
              {label}
            </dt>
            <dd>
              <MessagesLink
                count={count}
                filter={{ execution_id: id, outcome: outcomes }}
                of={label.toLowerCase()}
              />
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}
