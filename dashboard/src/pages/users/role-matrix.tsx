/** Permissions by role, as the server grants them. */
import { Skeleton, VisuallyHidden } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import type { Role } from "./member.ts";
import styles from "./role-matrix.module.css";

/** In words; a permission that a newer server knows stands by its own name. */
const WORDS: Readonly<Record<string, string>> = {
  "campaigns.read": "See campaigns",
  "results.read": "See figures",
  "settings.read": "See settings",
  "campaigns.edit": "Write campaigns",
  "campaigns.launch": "Launch and stop campaigns",
  "campaigns.test": "Send tests",
  "messages.read": "See single messages",
  "messages.resend": "Resend what failed",
  "profiles.read": "See people",
  "profiles.edit": "Change and import people",
  "profiles.erase": "Erase people's data",
  "webhooks.manage": "Set up webhooks",
  "gateways.manage": "Set up gateways",
  "settings.edit": "Change settings",
  "credentials.manage": "Manage API credentials",
  "users.manage": "Invite and remove users",
  "audit.read": "Read the audit log",
  "health.read": "See health",
};

export function RoleMatrix({ roles }: { readonly roles: readonly Role[] }) {
  const permissions = [...new Set(roles.flatMap((role) => role.permissions))];
  if (roles.length === 0) return <Skeleton height={320} radius={0} />;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={styles.scroller} aria-label="Permissions by role" tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            <td />
            {roles.map(({ name, label }) => (
              <th key={name} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {permissions.map((permission) => (
            <tr key={permission}>
              <th scope="row" title={permission}>
                {WORDS[permission] ?? permission}
              </th>
              {roles.map((role) => (
                <td key={role.name}>
                  <Mark isGranted={role.permissions.includes(permission)} />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Mark({ isGranted }: { readonly isGranted: boolean }) {
  return isGranted ? (
    <>
      <IconCheck size={15} stroke={2.2} aria-hidden className={styles.yes} />
      <VisuallyHidden>yes</VisuallyHidden>
    </>
  ) : (
    <>
      <span aria-hidden className={styles.no}>
        ·
      </span>
      <VisuallyHidden>no</VisuallyHidden>
    </>
  );
}
