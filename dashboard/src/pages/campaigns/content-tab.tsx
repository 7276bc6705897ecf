/** What is said, channel by channel. */
import { Stack, Tabs } from "@mantine/core";
import { IconAlertTriangle, IconMessages } from "@tabler/icons-react";
import { lazy, Suspense } from "react";
import { ChannelName } from "../../components/channel.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { ButtonLink } from "../../router/links.tsx";
import { useUrlState } from "../../router/url-state.ts";
import { PagePending } from "../../shell/page-pending.tsx";
import { type Channel, MESSAGE_TYPES } from "./campaign.ts";
import styles from "./campaigns.module.css";
import { useEditorPage } from "./editor-context.ts";
import { NextTab } from "./next-tab.tsx";
import { PushContent } from "./push-content.tsx";
import { SmsContent } from "./sms-content.tsx";

const EmailContent = lazy(() => import("./email-content.tsx"));
const WebhookContent = lazy(() => import("./webhook-content.tsx"));
const USUAL = { channel: "" };

export function ContentTab() {
  const { editor, campaign, check } = useEditorPage();
  const [{ channel }, set] = useUrlState(USUAL);
  const { channels } = editor.values;
  const shown = channels.find((name) => name === channel) ?? channels[0];
  if (shown === undefined) return <NoChannel id={campaign.id} mayEdit={editor.mayEdit} />;
  const isFaulty = (name: Channel): boolean =>
    check?.templates.some((fault) => String(fault.message_type) === MESSAGE_TYPES[name]) ?? false;
  return (
    <Stack gap="lg">
      <Tabs
        value={shown}
        onChange={(next) => set({ channel: next ?? "" })}
        variant="pills"
        keepMounted={false}
      >
        <Tabs.List aria-label="Channels" mb="md" className={channels.length < 2 ? styles.gone : undefined}>
          {channels.map((name) => (
            <Tabs.Tab
              key={name}
              value={name}
              rightSection={
                isFaulty(name) && <IconAlertTriangle size={14} role="img" aria-label="has an error" />
              }
            >
              <ChannelName name={name} />
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {channels.map((name) => (
          <Tabs.Panel key={name} value={name}>
            <Suspense fallback={<PagePending />}>
              <ContentOf channel={name} />
            </Suspense>
          </Tabs.Panel>
        ))}
      </Tabs>
      <NextTab
        to={campaign.state === "draft" ? "launch" : "preview"}
        label={campaign.state === "draft" ? "Review & launch" : "Preview"}
      />
    </Stack>
  );
}

function ContentOf({ channel }: { readonly channel: Channel }) {
  if (channel === "sms") return <SmsContent />;
  if (channel === "email") return <EmailContent />;
  if (channel === "webhook") return <WebhookContent />;
  return <PushContent channel={channel} />;
}

function NoChannel({ id, mayEdit }: { readonly id: number; readonly mayEdit: boolean }) {
  return (
    <EmptyState
      icon={IconMessages}
      title="No channel is switched on"
      actions={mayEdit && <ButtonLink to={`campaigns/${id}/setup`}>Choose channels</ButtonLink>}
    >
      Content is written for each channel that the campaign sends on.
    </EmptyState>
  );
}
