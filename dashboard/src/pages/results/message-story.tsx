/** Explain of one message: how it ended, what it waits for, its way, what it says, and what it is known by. */
import { Skeleton, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useRead } from "../../api/use-read.ts";
import { channelLabel } from "../../components/channel.tsx";
import { MonoField } from "../../components/copy.tsx";
import { ErrorNotice, Notice } from "../../components/error-notice.tsx";
import { type Fact, KeyValue } from "../../components/key-value.tsx";
import { MessagePreview } from "../../components/message-preview.tsx";
import { DateTime } from "../../components/time.tsx";
import { PageLink } from "../../router/links.tsx";
import { hasPage } from "../../router/page-route.ts";
import { useProject } from "../../router/project-context.ts";
import { reasonWords, sentenceCase } from "./outcome.ts";
import styles from "./story.module.css";
import { Timeline, withLocalTimes } from "./timeline.tsx";
import type { Message, MessageDetail, Story } from "./wire.ts";

const LIVE_MS = 1_000;

/** One message, as it moves while it is not done. */
export function useMessage(id: string) {
  const [everyMs, setEveryMs] = useState<number | undefined>(undefined);
  const result = useRead<MessageDetail>({ noun: "messages", path: `/messages/${id}`, everyMs });
  const isOpen = result.data?.outcome === "queued" || result.data?.outcome === "sending";
  const wanted = isOpen ? LIVE_MS : undefined;
  if (wanted !== everyMs) setEveryMs(wanted);
  return result;
}

export interface MessageStoryProps {
  readonly id: string;
  /** Two columns where there is room. */
  readonly isWide?: boolean;
}

export function MessageStory({ id, isWide = false }: MessageStoryProps) {
  const { data, error, isPending, refetch } = useMessage(id);
  if (isPending) return <StoryPending />;
  if (data === undefined) {
    return <ErrorNotice title={`Message ${id} cannot be shown`} error={error} retry={() => void refetch()} />;
  }
  const { message_type_name: channel, address, target, content, problem } = data;
  const isBeside = isWide && (content !== null || problem !== null);
  return (
    <div className={styles.story} data-wide={isWide || undefined}>
      <div className={styles.column}>
        <StoryHead story={data} error={data.error} />
        <Part title="What happened">
          <Timeline steps={data.steps} />
        </Part>
        {isBeside && <Properties message={data} />}
      </div>
      <div className={styles.column}>
        <StoryContent story={data} channel={channel} to={address ?? target} />
        {!isBeside && <Properties message={data} />}
      </div>
    </div>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <section className={styles.section}>
      <Title order={2} fz="0.9375rem">
        {title}
      </Title>
      {children}
    </section>
  );
}

const WAITS: Readonly<Record<string, string>> = {
  send_time: "Waits for its send time",
  retry: "Waits to be tried again",
  gateway: "Waits for its gateway, which rests after failures",
  turn: "Waits for its turn",
  worker_busy: "A worker is on it",
};

const ENDED_BADLY: ReadonlySet<string> = new Set(["failed", "bounced", "expired", "unknown"]);

/** Why it did not arrive or does not move, where that is so. */
export function StoryHead({ story, error }: { readonly story: Story; readonly error: string | null }) {
  const { waiting, outcome, reason } = story;
  const { timeZone } = useProject();
  if (waiting !== null) {
    return (
      <Notice tone="info" title={WAITS[waiting.for] ?? "Waits"}>
        <Text size="sm">
          {withLocalTimes(waiting.detail, timeZone)} Since <DateTime value={waiting.since} />.
        </Text>
      </Notice>
    );
  }
  if (reason === null && error === null) return null;
  const isBad = ENDED_BADLY.has(outcome);
  // Whose time ran out: what kept it from going in time is what one wants to know.
  const lastTry = outcome === "expired" ? story.steps.findLast(({ step }) => step === "send")?.detail : null;
  return (
    <Notice
      tone={isBad ? "bad" : "warn"}
      title={reason === null ? sentenceCase(outcome) : reasonWords(reason)}
    >
      {error !== null && <Text size="sm">{error}</Text>}
      {lastTry && <Text size="sm">{lastTry}</Text>}
    </Notice>
  );
}

interface StoryContentProps {
  readonly story: Story;
  readonly channel: string;
  readonly to: string;
}

export function StoryContent({ story, channel, to }: StoryContentProps) {
  const { content, problem, rendered_now: isRendered } = story;
  if (content === null && problem === null) return null;
  return (
    <Part title={isRendered ? "What it says, rendered now" : "What it says"}>
      <Stack gap="sm">
        {isRendered && (
          <Text size="sm" c="dimmed">
            Gateways keep no copy. This is the same version with the values of the call, and the person as
            they are today.
          </Text>
        )}
        {!isRendered && content !== null && (
          <Text size="sm" c="dimmed">
            The sandbox kept it, as this channel had no gateway: nobody has received it.
          </Text>
        )}
        {content === null ? (
          <Text size="sm" c="dimmed">
            There is no content: {problem}
          </Text>
        ) : (
          <MessagePreview channel={channel} content={content} to={to} />
        )}
      </Stack>
    </Part>
  );
}

function Properties({ message }: { readonly message: Message }) {
  const { can } = useProject();
  const { execution_id: execution, user_id: user, target, address, profile_id: profile } = message;
  const seesProfiles = profile !== null && hasPage("profiles/$id") && can("profiles.read");
  const facts: (Fact | null)[] = [
    { label: "Message", value: <MonoField value={String(message.id)} label="Copy the message id" /> },
    {
      label: "Execution",
      value: (
        <PageLink to={`executions/${execution}`} size="sm">
          {String(execution)}
        </PageLink>
      ),
    },
    { label: "Campaign", value: <CampaignLink message={message} /> },
    { label: "Channel", value: channelLabel(message.message_type_name) },
    user === null
      ? null
      : {
          label: "User",
          value: seesProfiles ? (
            <PageLink to={`profiles/${profile}`} size="sm">
              {user}
            </PageLink>
          ) : (
            <MonoField value={user} />
          ),
        },
    target === user ? null : { label: "Target", value: <MonoField value={target} /> },
    address === null ? null : { label: "Address", value: <MonoField value={address} /> },
    textFact("Reference", message.external_message_id),
    textFact("Provider’s id", message.provider_id),
    { label: "Tries", value: message.tries },
    timeFact("Sent", message.sent_time),
    timeFact("Delivered", message.delivery_time),
    timeFact("Opened", message.open_time),
    timeFact("Clicked", message.click_time),
  ];
  return (
    <Part title="Properties">
      <KeyValue facts={facts.filter((fact) => fact !== null)} />
    </Part>
  );
}

function CampaignLink({ message }: { readonly message: Message }) {
  const { campaign_id: id, campaign_title: title } = message;
  return (
    <PageLink to={`campaigns/${id}/results`} size="sm">
      {title ?? `Campaign ${id}`}
    </PageLink>
  );
}

const textFact = (label: string, value: string | null): Fact | null =>
  value === null ? null : { label, value: <MonoField value={value} /> };

const timeFact = (label: string, value: number | null): Fact | null =>
  value === null ? null : { label, value: <DateTime value={value} /> };

const LINES = [55, 80, 70, 62, 74, 48];

export function StoryPending() {
  return (
    <Stack gap="md" role="status" aria-label="Loading the message">
      {LINES.map((width) => (
        <Skeleton key={width} height={12} width={`${width}%`} radius="xl" />
      ))}
      <Skeleton height={220} radius="md" />
    </Stack>
  );
}
