/** Three steps from nothing to a message that one can see. */
import { Text } from "@mantine/core";
import { IconArrowRight } from "@tabler/icons-react";
import { PageLink } from "../../router/links.tsx";
import { hasPage } from "../../router/page-route.ts";
import { type Permission, useProject } from "../../router/project-context.ts";
import styles from "./home.module.css";

interface Step {
  readonly title: string;
  readonly text: string;
  readonly to: string;
  readonly action: string;
  readonly permission: Permission;
}

const STEPS: readonly Step[] = [
  {
    title: "Write a template",
    text: "An API-triggered campaign with {{ placeholders }} for what your backend knows. Put it live to get its ID.",
    to: "campaigns/new",
    action: "Create a campaign",
    permission: "campaigns.edit",
  },
  {
    title: "Trigger it from your backend",
    text: "Authorise with the app token or a client ID, name the campaign and whom it is for, pass the params.",
    to: "settings/api",
    action: "Get a credential",
    permission: "credentials.manage",
  },
  {
    title: "See what would arrive",
    text: "Until a gateway is set up, messages land in the sandbox, in the shape that each person would see.",
    to: "sandbox",
    action: "Open the sandbox",
    permission: "messages.read",
  },
];

export function NextSteps() {
  const { can } = useProject();
  return (
    <ol className={styles.steps} aria-label="From a template to a message">
      {STEPS.map(({ title, text, to, action, permission }, i) => (
        <li key={title} className={styles.step}>
          <span className={styles.number} aria-hidden>
            {i + 1}
          </span>
          <Text fw={600} component="h2" fz="md">
            {title}
          </Text>
          <Text size="sm" c="dimmed" className={styles.text}>
            {text}
          </Text>
          {hasPage(to) && can(permission) && (
            <PageLink to={to} size="sm" fw={550} className={styles.action}>
              {action} <IconArrowRight size={14} aria-hidden />
            </PageLink>
          )}
        </li>
      ))}
    </ol>
  );
}
