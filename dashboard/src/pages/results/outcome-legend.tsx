/** What the parts of an outcome bar mean; each figure leads to its messages. */
import { type MessageFilter, MessagesLink } from "./messages-link.tsx";
import { type Counts, countOf, GROUPS } from "./outcome.ts";
import styles from "./results.module.css";

export interface OutcomeLegendProps {
  readonly counts: Counts;
  readonly filter: MessageFilter;
}

export function OutcomeLegend({ counts, filter }: OutcomeLegendProps) {
  const shown = GROUPS.filter(({ outcomes }) => countOf(counts, outcomes) > 0);
  return (
    <dl className={styles.legend}>
      {shown.map(({ label, outcomes, color, hint }) => (
        <div key={label} title={hint}>
          <dt>
            <span className={styles.swatch} style={{ background: `var(${color})` }} aria-hidden />
            {label}
          </dt>
          <dd>
            <MessagesLink
              count={countOf(counts, outcomes)}
              filter={{ ...filter, outcome: outcomes }}
              of={label.toLowerCase()}
            />
          </dd>
        </div>
      ))}
    </dl>
  );
}
