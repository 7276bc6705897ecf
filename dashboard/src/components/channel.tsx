/** Channels by the names that the API uses, with a sign each. */
import { Group } from "@mantine/core";
import type { Icon } from "@tabler/icons-react";
import {
  IconBrandAndroid,
  IconBrandApple,
  IconDeviceDesktop,
  IconInbox,
  IconMail,
  IconMessage,
  IconWebhook,
} from "@tabler/icons-react";

const CHANNELS: Readonly<Record<string, { readonly label: string; readonly icon: Icon }>> = {
  email: { label: "Email", icon: IconMail },
  sms: { label: "SMS", icon: IconMessage },
  ios_push: { label: "iOS push", icon: IconBrandApple },
  android_push: { label: "Android push", icon: IconBrandAndroid },
  web_push: { label: "Web push", icon: IconDeviceDesktop },
  inbox: { label: "Inbox", icon: IconInbox },
  webhook: { label: "Webhook", icon: IconWebhook },
};

export const channelLabel = (name: string): string => CHANNELS[name]?.label ?? name;

export function ChannelIcon({ name, size = 16 }: { readonly name: string; readonly size?: number }) {
  const Sign = CHANNELS[name]?.icon ?? IconMessage;
  return <Sign size={size} stroke={1.7} aria-hidden />;
}

export function ChannelName({ name }: { readonly name: string }) {
  return (
    <Group gap={6} wrap="nowrap" component="span" display="inline-flex" style={{ verticalAlign: "middle" }}>
      <ChannelIcon name={name} />
      {channelLabel(name)}
    </Group>
  );
}
