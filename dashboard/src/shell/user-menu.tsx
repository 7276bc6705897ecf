/** Who is signed in: their account, light or dark, the keys, and the way out. */
import { Menu, SegmentedControl, UnstyledButton, useMantineColorScheme, VisuallyHidden } from "@mantine/core";
import { IconBook2, IconDots, IconKeyboard, IconLogout, IconUser } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { hasPage } from "../router/page-route.ts";
import { useProject } from "../router/project-context.ts";
import { openKeySheet } from "./key-sheet.tsx";
import styles from "./rail.module.css";
import { useSignOut } from "./sign-out.tsx";

export function UserMenu() {
  const { me, role_label: role, path } = useProject();
  const { mutate: signOut } = useSignOut();
  const shown = me.user.name || me.user.email;
  return (
    <Menu width={236} position="top-start" closeOnItemClick>
      <Menu.Target>
        <UnstyledButton className={styles.who}>
          <span className={styles.initial} aria-hidden>
            {shown.slice(0, 1).toUpperCase()}
          </span>
          <span className={styles.whoText}>
            <span className={styles.line} style={{ display: "block" }}>
              {shown}
            </span>
            <span className={styles.subline} style={{ display: "block" }}>
              {role}
            </span>
          </span>
          <VisuallyHidden>Account menu</VisuallyHidden>
          <IconDots size={16} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{me.user.email}</Menu.Label>
        {hasPage("account") && (
          <Menu.Item component={Link} to={path("account")} leftSection={<IconUser size={16} />}>
            Your account
          </Menu.Item>
        )}
        <Menu.Item leftSection={<IconKeyboard size={16} />} onClick={openKeySheet} rightSection="?">
          Keyboard
        </Menu.Item>
        <Menu.Item component="a" href="/reference" target="_blank" leftSection={<IconBook2 size={16} />}>
          API reference
        </Menu.Item>
        <Menu.Divider />
        <SchemeChoice />
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => signOut()}>
          Sign out
        </Menu.Item>
        <Menu.Label>Version {me.version}</Menu.Label>
      </Menu.Dropdown>
    </Menu>
  );
}

const SCHEMES = [
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
  { value: "auto", label: "System" },
];

function SchemeChoice() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <SegmentedControl
      fullWidth
      size="xs"
      aria-label="Colours"
      data={SCHEMES}
      value={colorScheme}
      onChange={(value) => setColorScheme(value as "light" | "dark" | "auto")}
    />
  );
}
