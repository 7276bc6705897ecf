/** Facts about one thing, as label and value. */
import { Fragment, type ReactNode } from "react";
import styles from "./key-value.module.css";

export interface Fact {
  readonly label: string;
  readonly value: ReactNode;
}

export function KeyValue({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className={styles.list}>
      {facts.map(({ label, value }) => (
        <Fragment key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}
