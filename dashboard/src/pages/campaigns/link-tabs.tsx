/** Tabs that are pages: links in a row, each with an address of its own. On a telephone the row scrolls. */
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useProject } from "../../router/project-context.ts";
import styles from "./campaigns.module.css";

export interface LinkTab {
  readonly label: string;
  /** Below /p/:projectId. */
  readonly to: string;
  /** A sign behind the label. */
  readonly mark?: ReactNode;
}

export function LinkTabs({ label, tabs }: { readonly label: string; readonly tabs: readonly LinkTab[] }) {
  const { path } = useProject();
  return (
    <nav aria-label={label} className={styles.tabs}>
      {tabs.map(({ label: text, to, mark }) => (
        <Link
          key={to}
          to={path(to)}
          className={styles.tab}
          activeOptions={{ exact: true, includeSearch: false }}
        >
          {text}
          {mark}
        </Link>
      ))}
    </nav>
  );
}
