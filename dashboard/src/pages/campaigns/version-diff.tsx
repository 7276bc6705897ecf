/** Two versions side by side in words: each field that differs, with what went and what came. */
import { Skeleton, Text } from "@mantine/core";
import { diffWordsWithSpace } from "diff";
import { useMemo } from "react";
import type { VersionDetail as Stored } from "../../../../server/src/actions/campaigns/campaign-pages.ts";
import { useRead } from "../../api/use-read.ts";
import { channelLabel } from "../../components/channel.tsx";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { fieldWords, MESSAGE_TYPES } from "./campaign.ts";
import styles from "./campaigns.module.css";

export interface VersionDiffProps {
  readonly id: number;
  /** 0: nothing, the version is shown as it is. */
  readonly before: number;
  readonly after: number;
}

export default function VersionDiff({ id, before, after }: VersionDiffProps) {
  const path = `/campaigns/${id}/versions`;
  const old = useRead<Stored>({ noun: "campaigns", path: `${path}/${before}`, enabled: before > 0 });
  const now = useRead<Stored>({ noun: "campaigns", path: `${path}/${after}` });
  const error = old.error ?? now.error;
  const changes = useMemo(
    () => (now.data === undefined ? [] : changesOf(before > 0 ? old.data : undefined, now.data)),
    [old.data, now.data, before],
  );
  if (error !== null) return <ErrorNotice title="The versions cannot be compared" error={error} />;
  if (now.data === undefined || (before > 0 && old.data === undefined)) return <Skeleton height={160} />;
  if (changes.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        Both say the same.
      </Text>
    );
  }
  return changes.map((change) => <ChangeView key={change.label} change={change} />);
}

interface Change {
  readonly label: string;
  readonly before: string;
  readonly after: string;
}

function ChangeView({ change: { label, before, after } }: { readonly change: Change }) {
  const parts = useMemo(() => diffWordsWithSpace(before, after), [before, after]);
  return (
    <section aria-label={label}>
      <Text size="sm" fw={600} mb={4}>
        {label}
      </Text>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre className={styles.diff} tabIndex={0}>
        {parts.map(({ value, added, removed }, i) => {
          const key = `${i} ${value.length}`;
          if (added) return <ins key={key}>{value}</ins>;
          return removed ? <del key={key}>{value}</del> : <span key={key}>{value}</span>;
        })}
      </pre>
    </section>
  );
}

function changesOf(before: Stored | undefined, after: Stored): Change[] {
  const old = before === undefined ? new Map<string, string>() : factsOf(before);
  const now = factsOf(after);
  return [...new Set([...now.keys(), ...old.keys()])]
    .map((label) => ({ label, before: old.get(label) ?? "", after: now.get(label) ?? "" }))
    .filter((change) => change.before !== change.after);
}

const NAMES = new Map(Object.entries(MESSAGE_TYPES).map(([name, type]) => [type, channelLabel(name)]));

function factsOf({ title, content }: Stored): Map<string, string> {
  const facts = new Map([
    ["Title", title ?? ""],
    ["Channels", content.channels.map(channelLabel).join(", ")],
  ]);
  for (const [name, value] of Object.entries(content.settings)) facts.set(fieldWords(name), textOf(value));
  for (const [type, fields] of Object.entries(content.messages)) {
    const channel = NAMES.get(type) ?? type;
    // What MJML becomes is nothing that anybody wrote.
    const isMjml = fields.email_mjml !== undefined;
    for (const [name, value] of Object.entries(fields)) {
      if (!(isMjml && name === "email_html")) facts.set(`${channel}: ${ownWords(name)}`, textOf(value));
    }
  }
  const languages = JSON.stringify(content.languages ?? {}, null, 2);
  if (languages !== "{}") facts.set("Languages", languages);
  return facts;
}

/** "sms_text" beside its channel is "text". */
const ownWords = (name: string): string =>
  name.replace(/^(?:sms|email|webhook|push|inbox)_/, "").replaceAll("_", " ");

const textOf = (value: unknown): string => {
  if (typeof value === "string") return value;
  return Array.isArray(value) ? value.map(pairText).join("\n") : JSON.stringify(value);
};

/** A header or an entry of a payload on a line of its own. */
function pairText(entry: unknown): string {
  if (typeof entry !== "object" || entry === null || !("key" in entry) || !("value" in entry)) {
    return JSON.stringify(entry);
  }
  return `${String(entry.key)}: ${String(entry.value)}`;
}
