/** The rail: which project, the search, the ways that the reader's role allows, and who is signed in. */
import { UnstyledButton } from "@mantine/core";
import { IconSearch } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { Fragment } from "react";
import { useProject } from "../router/project-context.ts";
import { palette } from "./command-palette.tsx";
import { type Section, sectionsFor, type Way } from "./navigation.ts";
import { ProjectSwitcher } from "./project-switcher.tsx";
import styles from "./rail.module.css";
import { UserMenu } from "./user-menu.tsx";

const isApple = /Mac|iP(hone|ad)/.test(navigator.platform);

export function Rail() {
  const project = useProject();
  return (
    <div className={styles.rail}>
      <div className={styles.top}>
        <ProjectSwitcher />
        <UnstyledButton className={styles.search} onClick={palette.open} aria-keyshortcuts="/">
          <IconSearch size={15} aria-hidden />
          Search
          <kbd>{isApple ? "⌘ K" : "Ctrl K"}</kbd>
        </UnstyledButton>
      </div>
      <nav className={styles.nav} aria-label="Main">
        {sectionsFor(project).map((section) => (
          <RailSection key={section.label ?? "top"} section={section} />
        ))}
      </nav>
      <div className={styles.bottom}>
        <UserMenu />
      </div>
    </div>
  );
}

function RailSection({ section: { label, ways } }: { readonly section: Section }) {
  return (
    <>
      {label !== null && <h2 className={styles.section}>{label}</h2>}
      <ul className={styles.list} aria-label={label ?? "Start"}>
        {ways.map((way, i) => (
          <Fragment key={way.to}>
            {way.under !== undefined && way.under !== ways[i - 1]?.under && (
              <li className={styles.under}>{way.under}</li>
            )}
            <RailWay way={way} />
          </Fragment>
        ))}
      </ul>
    </>
  );
}

function RailWay({ way: { to, label, under, icon: Icon } }: { readonly way: Way }) {
  const { path } = useProject();
  return (
    <li>
      <Link
        to={path(to)}
        className={styles.way}
        data-under={under !== undefined || undefined}
        activeOptions={{ exact: to === "", includeSearch: false }}
        activeProps={{ "data-here": true, "aria-current": "page" }}
      >
        <Icon size={17} stroke={1.7} aria-hidden />
        {label}
      </Link>
    </li>
  );
}
