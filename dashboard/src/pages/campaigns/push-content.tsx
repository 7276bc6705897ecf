/** A push message or an inbox message: title, text, and where it leads. */
import { Stack } from "@mantine/core";
import { channelLabel } from "../../components/channel.tsx";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { MessagePreview } from "../../components/message-preview.tsx";
import { Panel } from "../../components/panel.tsx";
import { type Channel, MESSAGE_TYPES } from "./campaign.ts";
import styles from "./campaigns.module.css";
import { IgnoreSubscription } from "./ignore-subscription.tsx";
import { LineField } from "./line-field.tsx";
import { TrialCaption } from "./trial-caption.tsx";
import { TwigField } from "./twig-field.tsx";
import { useSample } from "./use-sample.ts";

export function PushContent({ channel }: { readonly channel: Channel }) {
  const type = MESSAGE_TYPES[channel];
  const sample = useSample(channel);
  return (
    <div className={styles.columns}>
      <Panel title={channelLabel(channel)}>
        <Stack>
          <LineField type={type} name="push_title" label="Title" placeholder="Order shipped" />
          <TwigField
            type={type}
            name="push_text"
            label="Text"
            placeholder="{{order_id}} arrives {{day}}."
            minHeight={72}
          />
          <LineField type={type} name="url" label="Opens" placeholder="https:// or app://" />
          <LineField type={type} name="push_picture" label="Picture" placeholder="https://" />
          <LineField type={type} name="push_icon" label="Icon" placeholder="https://" />
          <IgnoreSubscription type={type} />
        </Stack>
      </Panel>
      <aside aria-label="Preview of the message" className={styles.sticky}>
        {sample.error !== null ? (
          <ErrorNotice title="No preview" error={sample.error} />
        ) : (
          <MessagePreview channel={channel} content={sample.content ?? {}} />
        )}
        <TrialCaption />
      </aside>
    </div>
  );
}
