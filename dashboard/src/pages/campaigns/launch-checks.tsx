/** The checklist before a launch: each point done, open with the way to mend it, or worth a look. */
import { Text } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconCircleX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { channelLabel } from "../../components/channel.tsx";
import { Panel } from "../../components/panel.tsx";
import { PageLink } from "../../router/links.tsx";
import type { CampaignCheck } from "./campaign.ts";
import styles from "./campaigns.module.css";
import { useEditorPage } from "./editor-context.ts";
import type { Editor } from "./use-editor.ts";

interface Point {
  readonly key: string;
  readonly state: "done" | "open" | "look";
  readonly text: string;
  readonly detail?: ReactNode;
  /** The tab that mends it. */
  readonly tab?: string;
}

/** Nothing keeps it from going live. */
export const isReady = (check: CampaignCheck | null, editor: Editor): boolean =>
  check !== null &&
  Object.keys(check.errors).length === 0 &&
  Object.keys(check.launch_errors).length === 0 &&
  !editor.isConflict;

export function LaunchChecks() {
  const { campaign, editor, check } = useEditorPage();
  const points = check === null ? [] : pointsOf(check, editor);
  const open = points.filter(({ state }) => state === "open").length;
  return (
    <Panel title="Checklist" hint={hintOf(check, open)}>
      <ul className={styles.checks}>
        {points.map(({ key, state, text, detail, tab }) => (
          <li key={key}>
            <Sign state={state} />
            <div>
              <Text size="sm" fw={550}>
                {text}
              </Text>
              {detail !== undefined && (
                <Text size="sm" c="dimmed">
                  {detail}
                </Text>
              )}
              {state === "open" && tab !== undefined && (
                <PageLink to={`campaigns/${campaign.id}/${tab}`} size="sm">
                  Mend it
                </PageLink>
              )}
            </div>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function hintOf(check: CampaignCheck | null, open: number): string {
  if (check === null) return "Being checked…";
  if (open === 0) return "Ready to launch.";
  return open === 1 ? "One point is open." : `${open} points are open.`;
}

const SIGNS = {
  done: { Icon: IconCircleCheck, color: "var(--good)", label: "Done" },
  open: { Icon: IconCircleX, color: "var(--bad)", label: "Open" },
  look: { Icon: IconAlertTriangle, color: "var(--warn)", label: "Worth a look" },
} as const;

function Sign({ state }: { readonly state: Point["state"] }) {
  const { Icon, color, label } = SIGNS[state];
  return <Icon size={18} color={color} role="img" aria-label={label} />;
}

function pointsOf(check: CampaignCheck, editor: Editor): Point[] {
  const { channels } = editor.values;
  const errors = { ...check.launch_errors, ...check.errors };
  const open = Object.entries(errors).map(
    ([field, texts]): Point => ({
      key: field,
      state: "open",
      text: texts.join(" "),
      tab: tabOf(field),
    }),
  );
  const required = check.params_contract.names.filter((one) => one.required).map(({ name }) => name);
  const looks = check.params_contract.warnings.map(
    ({ name, message }): Point => ({
      key: `look ${name} ${message}`,
      state: "look",
      text: name,
      detail: message,
    }),
  );
  const isOk = open.length === 0;
  return [
    ...open,
    ...(isOk
      ? [done("content", `Content of ${channels.map(channelLabel).join(", ")}`, "Every template compiles.")]
      : []),
    ...(isOk ? [done("params", paramWords(required.length), required.join(", ") || undefined)] : []),
    ...looks,
    done("reach", "Everybody in the call's targets is reached", undefined),
  ];
}

const done = (key: string, text: string, detail: string | undefined): Point => ({
  key,
  state: "done",
  text,
  ...(detail === undefined ? {} : { detail }),
});

function paramWords(count: number): string {
  if (count === 0) return "No call has to pass a param";
  return count === 1 ? "One param that every call must pass" : `${count} params that every call must pass`;
}

function tabOf(field: string): string {
  if (field === "title" || field === "channels" || field === "trigger") return "setup";
  return field.startsWith("retry_for") || field === "on_unknown" ? "schedule" : "content";
}
