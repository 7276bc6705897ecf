/** The messages as one person would get them: whose attributes, which params, and what would keep them from arriving. */
import { Skeleton, Stack, Tabs, Text } from "@mantine/core";
import { IconEye } from "@tabler/icons-react";
import { ChannelName } from "../../components/channel.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorNotice, Notice } from "../../components/error-notice.tsx";
import { MessagePreview } from "../../components/message-preview.tsx";
import { Panel } from "../../components/panel.tsx";
import { useProject } from "../../router/project-context.ts";
import { useUrlState } from "../../router/url-state.ts";
import styles from "./campaigns.module.css";
import { useEditorPage } from "./editor-context.ts";
import { ParamsForm } from "./params-form.tsx";
import { PersonPicker } from "./person-picker.tsx";
import { TestSend } from "./test-send.tsx";
import { type Rendered, useSamples, useTrialBody } from "./use-sample.ts";

const USUAL = { channel: "" };

export function PreviewTab() {
  const { trial, setTrial, campaign } = useEditorPage();
  const { can } = useProject();
  return (
    <div className={styles.trial}>
      <Stack gap="lg">
        <Panel title="Preview as">
          <Stack>
            {can("profiles.read") && (
              <PersonPicker value={trial.userId} onChange={(userId) => setTrial({ ...trial, userId })} />
            )}
            <ParamsForm />
          </Stack>
        </Panel>
        {can("campaigns.test") && <TestSend key={`${campaign.id} ${trial.userId}`} />}
      </Stack>
      <RenderedMessages />
    </div>
  );
}

function RenderedMessages() {
  const { editor } = useEditorPage();
  const [{ channel }, set] = useUrlState(USUAL);
  const { isPersonal, ...body } = useTrialBody();
  const { data, error, isPending, refetch } = useSamples(body);
  const { channels } = editor.values;
  const shown = channels.find((name) => name === channel) ?? channels[0];
  if (shown === undefined) {
    return (
      <EmptyState icon={IconEye} title="Nothing to preview">
        No channel is switched on. Choose some under Setup.
      </EmptyState>
    );
  }
  if (error !== null) {
    return <ErrorNotice title="There is no preview" error={error} retry={() => void refetch()} />;
  }
  return (
    <Tabs value={shown} onChange={(next) => set({ channel: next ?? "" })} variant="pills" keepMounted={false}>
      <Tabs.List aria-label="Channels" mb="md" className={channels.length < 2 ? styles.gone : undefined}>
        {channels.map((name) => (
          <Tabs.Tab key={name} value={name}>
            <ChannelName name={name} />
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {channels.map((name) => (
        <Tabs.Panel key={name} value={name}>
          {isPending ? <Skeleton height={380} /> : <OneMessage channel={name} content={data?.[name]} />}
        </Tabs.Panel>
      ))}
      {!isPersonal && (
        <Text size="xs" c="dimmed" ta="center" mt="md">
          Example values stand in for every name, until you choose a person or type params.
        </Text>
      )}
    </Tabs>
  );
}

function OneMessage({
  channel,
  content,
}: {
  readonly channel: string;
  readonly content: Rendered | undefined;
}) {
  const { trial } = useEditorPage();
  if (content === undefined) return <Text size="sm">This channel has no content yet.</Text>;
  const { problems } = content;
  return (
    <Stack>
      {problems.length > 0 && (
        <Notice tone="warn" title="This message would not arrive as it is">
          <ul className={styles.plainList}>
            {problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </Notice>
      )}
      <MessagePreview
        key={channel}
        channel={channel}
        content={{ ...content, replyTo: content.reply_to }}
        to={trial.userId || "somebody"}
      />
    </Stack>
  );
}
