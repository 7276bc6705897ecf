/** Where one is on the way from a file to people. */
import styles from "./import-steps.module.css";

const STEPS = [
  { key: "file", label: "File" },
  { key: "columns", label: "Columns and check" },
  { key: "run", label: "Import" },
] as const;

export function ImportSteps({ at }: { readonly at: (typeof STEPS)[number]["key"] }) {
  const reached = STEPS.findIndex(({ key }) => key === at);
  return (
    <ol className={styles.steps} aria-label="Steps of the import">
      {STEPS.map(({ key, label }, i) => (
        <li
          key={key}
          className={styles.step}
          data-done={i < reached || undefined}
          aria-current={i === reached ? "step" : undefined}
        >
          <span className={styles.number} aria-hidden>
            {i + 1}
          </span>
          {label}
        </li>
      ))}
    </ol>
  );
}
