/** Code to take away: tabs for several languages, one button to copy what is shown. */
import { Tabs } from "@mantine/core";
import { useState } from "react";
import styles from "./code-block.module.css";
import { WordedCopyButton } from "./copy.tsx";

export interface CodeSample {
  /** "curl", "TypeScript". */
  readonly label: string;
  readonly code: string;
}

export function CodeBlock({
  samples,
  label,
}: {
  readonly samples: readonly CodeSample[];
  readonly label: string;
}) {
  const [shown, setShown] = useState(samples[0]?.label ?? "");
  const sample = samples.find((one) => one.label === shown) ?? samples[0];
  if (sample === undefined) return null;
  return (
    <Tabs
      value={sample.label}
      onChange={(value) => setShown(value ?? "")}
      className={styles.block}
      variant="unstyled"
    >
      <div className={styles.head}>
        <Tabs.List aria-label={label} className={styles.tabs}>
          {samples.map((one) => (
            <Tabs.Tab key={one.label} value={one.label} className={styles.tab}>
              {one.label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <WordedCopyButton value={sample.code} what={`the ${sample.label} code`} />
      </div>
      {samples.map((one) => (
        <Tabs.Panel key={one.label} value={one.label}>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
          <pre className={styles.code} tabIndex={0}>
            <code>{one.code}</code>
          </pre>
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
