/** One execution: how far it is while it runs, what became of everyone, and what can be done about what failed. */
import { Button, Group, SimpleGrid, Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { MonoField } from "../../components/copy.tsx";
import { ErrorNotice, Notice } from "../../components/error-notice.tsx";
import { type Fact, KeyValue } from "../../components/key-value.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Panel } from "../../components/panel.tsx";
import { StateBadge } from "../../components/status-badge.tsx";
import { DateTime } from "../../components/time.tsx";
import { ButtonLink, PageLink, usePathParam } from "../../router/links.tsx";
import { useProject } from "../../router/project-context.ts";
import { ChannelTable } from "./channel-table.tsx";
import { ExecutionProgress } from "./execution-progress.tsx";
import { figure } from "./outcome.ts";
import { ExecutionLinks, Resend, ResentNotice, useResendable } from "./resend.tsx";
import { useExecution } from "./use-execution.ts";
import type { ExecutionDetail, Resent } from "./wire.ts";

export default function ExecutionPage() {
  const id = usePathParam("id");
  // Another execution is another page, also where a link leads from one to the other.
  return <OneExecution key={id} id={id} />;
}

function OneExecution({ id }: { readonly id: string }) {
  const { can } = useProject();
  const { data, error, refetch } = useExecution(id);
  const [resent, setResent] = useState<Resent | null>(null);
  return (
    <>
      <PageHeader
        title={`Execution ${id}`}
        trail={[{ label: "Executions", to: "executions" }]}
        badge={data === undefined ? undefined : <StateBadge state={data.state} />}
        hint={
          data === undefined ? undefined : `Of “${data.campaign_title ?? `campaign ${data.campaign_id}`}”`
        }
        actions={
          data !== undefined && (
            <>
              {can("messages.read") && (
                <ButtonLink to="messages" search={{ execution_id: id }} variant="default">
                  See the messages
                </ButtonLink>
              )}
              <Resend execution={data} onDone={setResent} />
            </>
          )
        }
      />
      <Stack gap="lg">
        {resent !== null && (
          <div role="status">
            <ResentNotice resent={resent} />
          </div>
        )}
        {data === undefined ? (
          <Missing id={id} error={error} retry={() => void refetch()} />
        ) : (
          <Shown execution={data} />
        )}
      </Stack>
    </>
  );
}

function Missing({ id, error, retry }: { id: string; error: unknown; retry(): void }) {
  if (error !== null)
    return <ErrorNotice title={`Execution ${id} cannot be shown`} error={error} retry={retry} />;
  return (
    <Stack role="status" aria-label="Loading the execution">
      <Skeleton height={130} radius="lg" />
      <Skeleton height={190} radius="lg" />
    </Stack>
  );
}

function Shown({ execution }: { readonly execution: ExecutionDetail }) {
  const { can } = useProject();
  const { id, progress } = execution;
  return (
    <>
      <Origin execution={execution} />
      <Panel title="Progress">
        <ExecutionProgress execution={execution} />
      </Panel>
      {progress.channels.length > 0 && (
        <Panel title="By channel" hint="Each message is counted once, by where it stands now." isFlush>
          <ChannelTable
            label="Messages by channel and outcome"
            channels={progress.channels}
            filter={{ execution_id: id }}
          />
        </Panel>
      )}
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        <Panel title="The call">
          <KeyValue facts={factsOf(execution)} />
        </Panel>
        {can("messages.read") && <ExplainForm executionId={id} />}
      </SimpleGrid>
    </>
  );
}

/** What it sends again, and what sent its failures again. */
function Origin({ execution }: { readonly execution: ExecutionDetail }) {
  const { can } = useProject();
  const { data } = useResendable(execution, can("messages.resend"));
  const by = data?.resent_by ?? [];
  const { resent_from: from } = execution;
  if (from === null && by.length === 0) return null;
  return (
    <Notice tone="info" title={from === null ? "Its failed messages went again" : "A resend"}>
      <Text size="sm" component="div">
        {from !== null && (
          <>
            It sends the failed messages of execution <ExecutionLinks ids={[from]} /> again.{" "}
          </>
        )}
        {by.length > 0 && (
          <>
            By execution <ExecutionLinks ids={by} />.
          </>
        )}
      </Text>
    </Notice>
  );
}

function factsOf(execution: ExecutionDetail): Fact[] {
  const { campaign_id: campaign, campaign_title: title, external_message_id: reference } = execution;
  return [
    {
      label: "Campaign",
      value: (
        <PageLink to={`campaigns/${campaign}/results`} size="sm">
          {title ?? `Campaign ${campaign}`}
        </PageLink>
      ),
    },
    { label: "Version", value: execution.version },
    { label: "Accepted", value: <DateTime value={execution.create_time} /> },
    ...(execution.send_at > execution.create_time
      ? [{ label: "To be sent", value: <DateTime value={execution.send_at} /> }]
      : []),
    {
      label: "Targets",
      value: (
        <>
          {figure(execution.targets)} by <code>{execution.target_by}</code>
        </>
      ),
    },
    { label: "Reference", value: reference === null ? "none" : <MonoField value={reference} /> },
    { label: "Request", value: <MonoField value={execution.request_id} label="Copy the request id" /> },
  ];
}

function ExplainForm({ executionId }: { readonly executionId: number }) {
  const [target, setTarget] = useState("");
  const navigate = useNavigate();
  const { path } = useProject();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (target.trim() === "") return;
    void navigate({
      to: path(`executions/${executionId}/explain`),
      search: { target: target.trim() } as never,
    });
  };
  return (
    <Panel
      title="Explain one target"
      hint="What became of somebody, step by step, also while it still waits."
    >
      <form onSubmit={submit}>
        <Group gap="xs" align="end">
          <TextInput
            label="Target or user ID"
            value={target}
            onChange={({ currentTarget }) => setTarget(currentTarget.value)}
            autoComplete="off"
            flex={1}
          />
          <Button type="submit" variant="default" disabled={target.trim() === ""}>
            Explain
          </Button>
        </Group>
      </form>
    </Panel>
  );
}
