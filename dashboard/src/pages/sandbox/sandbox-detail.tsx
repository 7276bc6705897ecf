/** One kept message, as its reader would see it, with what it is known by. */
import { Stack } from "@mantine/core";
import { ChannelName } from "../../components/channel.tsx";
import { MonoField } from "../../components/copy.tsx";
import { KeyValue } from "../../components/key-value.tsx";
import { MessagePreview } from "../../components/message-preview.tsx";
import { DateTime } from "../../components/time.tsx";
import { PageLink } from "../../router/links.tsx";
import { hasPage } from "../../router/page-route.ts";
import type { SandboxMessage } from "./sandbox-message.ts";

export function SandboxDetail({ message }: { readonly message: SandboxMessage }) {
  const { id, message_type_name: channel, address, content, time } = message;
  return (
    <Stack gap="lg">
      <MessagePreview channel={channel} content={content} to={address} />
      <KeyValue
        facts={[
          { label: "Channel", value: <ChannelName name={channel} /> },
          { label: "Address", value: address === "" ? "none" : <MonoField value={address} /> },
          { label: "Kept", value: <DateTime value={time} /> },
          {
            label: "Message",
            value: hasPage("messages") ? (
              <PageLink to="messages" search={{ q: String(id) }} size="sm">
                {String(id)}
              </PageLink>
            ) : (
              <MonoField value={String(id)} />
            ),
          },
        ]}
      />
    </Stack>
  );
}
