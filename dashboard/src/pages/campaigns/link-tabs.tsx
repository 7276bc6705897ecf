/** Tabs that are pages: links in a row, each with an address of its own. On a telephone the row scrolls. */
import { Link, useLocation } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef } from "react";
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
  const { pathname } = useLocation();
  const row = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each page has its own tab to bring into view
  useEffect(() => {
    const { current: all } = row;
    if (all === null) return;
    const show = (): void => {
      const current = all.querySelector<HTMLElement>('[aria-current="page"]');
      if (current) all.scrollLeft = current.offsetLeft - (all.clientWidth - current.clientWidth) / 2;
    };
    const watcher = new ResizeObserver(show);
    watcher.observe(all);
    return () => watcher.disconnect();
  }, [pathname]);
  return (
    <nav ref={row} aria-label={label} className={styles.tabs}>
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
