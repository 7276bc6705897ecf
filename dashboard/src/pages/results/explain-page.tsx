/** Explain of any target of an execution, by channel, whether its message is there already or still waits. */
import { Button, Group, Stack, TextInput } from "@mantine/core";
import { IconUserQuestion } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { isStatus } from "../../api/api-error.ts";
import { useRead } from "../../api/use-read.ts";
import { channelLabel } from "../../components/channel.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Panel } from "../../components/panel.tsx";
import { StateBadge } from "../../components/status-badge.tsx";
import { ButtonLink, PageLink, usePathParam } from "../../router/links.tsx";
import { useUrlState } from "../../router/url-state.ts";
import { StoryContent, StoryHead, StoryPending } from "./message-story.tsx";
import styles from "./story.module.css";
import { Timeline } from "./timeline.tsx";
import type { Explained } from "./wire.ts";

const USUAL = { target: "" };
const LIVE_MS = 2_000;

export default function ExplainPage() {
  const id = usePathParam("id");
  const [{ target }, set] = useUrlState(USUAL);
  return (
    <>
      <PageHeader
        title="Explain"
        trail={[
          { label: "Executions", to: "executions" },
          { label: `Execution ${id}`, to: `executions/${id}` },
        ]}
        hint="What became of one target of this execution, and what it waits for."
      />
      <Stack gap="lg">
        <TargetForm key={target} target={target} change={(next) => set({ target: next }, { push: true })} />
        {target !== "" && <Stories executionId={id} target={target} />}
      </Stack>
    </>
  );
}

function TargetForm({ target, change }: { readonly target: string; change(target: string): void }) {
  const [text, setText] = useState(target);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (text.trim() !== "") change(text.trim());
  };
  return (
    <form onSubmit={submit}>
      <Group gap="xs" align="end">
        <TextInput
          label="Target, user ID or message ID"
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
          data-page-search
          autoComplete="off"
          flex={1}
          maw={420}
        />
        <Button type="submit">Explain</Button>
      </Group>
    </form>
  );
}

function Stories({ executionId, target }: { readonly executionId: string; readonly target: string }) {
  const [everyMs, setEveryMs] = useState<number | undefined>(undefined);
  const { data, error, refetch } = useRead<Explained[]>({
    noun: "messages",
    path: `/executions/${executionId}/explain`,
    query: { target },
    everyMs,
  });
  const wanted = data?.some(({ waiting }) => waiting !== null) ? LIVE_MS : undefined;
  if (wanted !== everyMs) setEveryMs(wanted);
  if (data !== undefined) {
    return data.map((story) => (
      <StoryPanel key={`${story.message_type} ${story.message_id} ${story.target}`} story={story} />
    ));
  }
  if (isStatus(error, 404)) return <NotThere executionId={executionId} target={target} />;
  if (error !== null) {
    return <ErrorNotice title="The target cannot be explained" error={error} retry={() => void refetch()} />;
  }
  return <StoryPending />;
}

function NotThere({ executionId, target }: { readonly executionId: string; readonly target: string }) {
  return (
    <EmptyState
      icon={IconUserQuestion}
      title={`Execution ${executionId} has no such target`}
      actions={
        <>
          <ButtonLink to="messages" search={{ q: target }} variant="default">
            Search all messages for it
          </ButtonLink>
          <ButtonLink to="messages" search={{ execution_id: executionId }}>
            See the messages of the execution
          </ButtonLink>
        </>
      }
    >
      Nobody was named as “{target}” in this call. Name the target as the call did, or give the person’s user
      ID.
    </EmptyState>
  );
}

function StoryPanel({ story }: { readonly story: Explained }) {
  const { channel, outcome, message_id: id, target } = story;
  return (
    <Panel
      title={`${channelLabel(channel)} to ${target}`}
      hint={id === null ? "It has no message yet." : undefined}
      actions={
        <>
          <StateBadge state={outcome} />
          {id !== null && (
            <PageLink to={`messages/${id}`} size="sm">
              Message {id}
            </PageLink>
          )}
        </>
      }
    >
      <div className={styles.story} data-wide>
        <div className={styles.column}>
          <StoryHead story={story} error={story.problem} />
          <Timeline steps={story.steps} />
        </div>
        <StoryContent story={story} channel={channel} to={target} />
      </div>
    </Panel>
  );
}
