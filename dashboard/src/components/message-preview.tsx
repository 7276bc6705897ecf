/**
 * A rendered message as its reader meets it: an email in the shape of a mail client, a text and a push on a phone, a
 * webhook as the request that it is. The content is a stranger's: it is shown as text, or in a frame that can do nothing.
 */
import { Stack, Tabs, Text } from "@mantine/core";
import { BellMark } from "../shell/mark.tsx";
import { CodeBlock } from "./code-block.tsx";
import { KeyValue } from "./key-value.tsx";
import styles from "./message-preview.module.css";
import { SandboxedFrame } from "./sandboxed-frame.tsx";

export interface MessagePreviewProps {
  /** As the API names it: "sms", "email", "web_push". */
  readonly channel: string;
  readonly content: Readonly<Record<string, unknown>>;
  /** Who receives it. */
  readonly to?: string;
}

export function MessagePreview({ channel, content, to = "" }: MessagePreviewProps) {
  if (channel === "email") return <EmailPreview content={content} to={to} />;
  if (channel === "sms") return <SmsPreview content={content} />;
  if (channel.endsWith("_push") || channel === "inbox") return <PushPreview content={content} />;
  if (channel === "webhook") return <WebhookPreview content={content} />;
  return (
    <CodeBlock label="Content" samples={[{ label: "Content", code: JSON.stringify(content, null, 2) }]} />
  );
}

type Content = MessagePreviewProps["content"];

const textOf = (content: Content, name: string): string => {
  const value = content[name];
  return typeof value === "string" ? value : "";
};

const isRecord = (value: unknown): value is Content =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A mailbox comes as one record, or as an address with its name beside it. */
function mailboxOf(value: unknown, name = ""): string {
  if (typeof value === "string") return name === "" ? value : `${name} <${value}>`;
  return isRecord(value) ? mailboxOf(textOf(value, "address"), textOf(value, "name")) : "";
}

function EmailPreview({ content, to }: { readonly content: Content; readonly to: string }) {
  const html = textOf(content, "html");
  const text = textOf(content, "text");
  const from = mailboxOf(content.from, textOf(content, "from_name"));
  const replyTo = mailboxOf(content.replyTo);
  return (
    <div className={styles.mail}>
      <div className={styles.mailHead}>
        <Text fw={600} fz="lg" className={styles.subject}>
          {textOf(content, "subject") || "(no subject)"}
        </Text>
        <div className={styles.mailFrom}>
          <span className={styles.initial} aria-hidden>
            {(from[0] ?? "?").toUpperCase()}
          </span>
          <div className={styles.mailbox}>
            <Text size="sm" fw={550}>
              {from}
            </Text>
            <Text size="xs" c="dimmed">
              {to !== "" && `to ${to}`}
              {replyTo !== "" && ` · replies go to ${replyTo}`}
            </Text>
          </div>
        </div>
      </div>
      <Tabs defaultValue={html === "" ? "text" : "html"} keepMounted={false}>
        <Tabs.List px="md">
          {html !== "" && <Tabs.Tab value="html">Email</Tabs.Tab>}
          {text !== "" && <Tabs.Tab value="text">Plain text</Tabs.Tab>}
          {html !== "" && <Tabs.Tab value="source">HTML</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="html">
          <SandboxedFrame html={html} title={`Email to ${to}`} height={540} />
        </Tabs.Panel>
        <Tabs.Panel value="text">
          <pre className={styles.plain}>{text}</pre>
        </Tabs.Panel>
        <Tabs.Panel value="source" p="md">
          <CodeBlock label="Source of the email" samples={[{ label: "HTML", code: html }]} />
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}

function SmsPreview({ content }: { readonly content: Content }) {
  const from = textOf(content, "from") || "Your provider's sender";
  const text = textOf(content, "text");
  return (
    <div className={styles.phone}>
      <div className={styles.screen}>
        <div className={styles.sender}>
          <span className={styles.initial} aria-hidden>
            {(from[0] ?? "?").toUpperCase()}
          </span>
          {from}
        </div>
        {text !== "" && <p className={styles.bubble}>{text}</p>}
      </div>
    </div>
  );
}

function PushPreview({ content }: { readonly content: Content }) {
  const payload = isRecord(content.payload) ? Object.entries(content.payload) : [];
  const facts = [
    { label: "Opens", value: textOf(content, "url") },
    { label: "Picture", value: textOf(content, "picture") },
    ...payload.map(([label, value]) => ({ label, value: String(value) })),
  ].filter(({ value }) => value !== "");
  return (
    <Stack>
      <div className={styles.phone}>
        <div className={styles.screen}>
          <div className={styles.push}>
            <BellMark size={34} />
            <div className={styles.pushWords}>
              <p className={styles.pushTitle}>{textOf(content, "title")}</p>
              <p className={styles.pushText}>{textOf(content, "text")}</p>
            </div>
          </div>
        </div>
      </div>
      {facts.length > 0 && <KeyValue facts={facts} />}
    </Stack>
  );
}

function WebhookPreview({ content }: { readonly content: Content }) {
  const headers = isRecord(content.headers) ? Object.entries(content.headers) : [];
  const head = [
    `${textOf(content, "method") || "POST"} ${textOf(content, "url")}`,
    ...headers.map(([name, value]) => `${name}: ${String(value)}`),
  ];
  return (
    <CodeBlock
      label="Webhook"
      samples={[{ label: "Request", code: `${head.join("\n")}\n\n${textOf(content, "body")}` }]}
    />
  );
}
