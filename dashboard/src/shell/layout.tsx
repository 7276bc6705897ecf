/** The window of a project: rail on the left (a drawer on small screens), the page beside it, palette and keys over all. */
import { ActionIcon, Burger, Drawer } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useLocation } from "@tanstack/react-router";
import { type ReactNode, useEffect } from "react";
import { CommandPalette, palette } from "./command-palette.tsx";
import { Keys } from "./keys.tsx";
import styles from "./layout.module.css";
import { Wordmark } from "./mark.tsx";
import { Rail } from "./rail.tsx";

const MAIN = "main";

export function Layout({ children }: { readonly children: ReactNode }) {
  const [isOpen, drawer] = useDisclosure(false);
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a page was chosen, whichever
  useEffect(() => drawer.close(), [pathname]);
  return (
    <>
      <a className={styles.skip} href={`#${MAIN}`}>
        Skip to the page
      </a>
      <div className={styles.frame}>
        <aside className={styles.rail}>
          <Rail />
        </aside>
        <div>
          <div className={styles.bar}>
            <Burger
              opened={isOpen}
              onClick={drawer.toggle}
              size="sm"
              aria-label={isOpen ? "Close the navigation" : "Open the navigation"}
            />
            <Wordmark />
            <ActionIcon
              ml="auto"
              size="lg"
              variant="subtle"
              color="gray"
              aria-label="Search"
              onClick={palette.open}
            >
              <IconSearch size={18} />
            </ActionIcon>
          </div>
          <main id={MAIN} tabIndex={-1} className={styles.main}>
            <div className={styles.inner}>{children}</div>
          </main>
        </div>
      </div>
      <Drawer.Root opened={isOpen} onClose={drawer.close} size={280} padding={0}>
        <Drawer.Overlay />
        <Drawer.Content aria-label="Navigation">
          <Rail />
        </Drawer.Content>
      </Drawer.Root>
      <CommandPalette />
      <Keys />
    </>
  );
}
