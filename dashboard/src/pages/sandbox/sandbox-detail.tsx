/** One kept message, as its reader would see it, with what it is known by. */
import { Stack } from "@mantine/core";
import { IconRoute } from "@tabler/icons-react";
import { ChannelName } from "../../components/channel.tsx";
import { MonoField } from "../../components/copy.tsx";
import { KeyValue } from "../../components/key-value.tsx";
import { MessagePreview } from "../../components/message-preview.tsx";
import { DateTime } from "../../components/time.tsx";
import { ButtonLink } from "../../router/links.tsx";
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
          { label: "Message", value: <MonoField value={String(id)} /> },
        ]}
      />
      {hasPage("messages/$id") && (
        <div>
          <ButtonLink
            to={`messages/${id}`}
            variant="default"
            leftSection={<IconRoute size={16} aria-hidden />}
          >
            Explain this message
          </ButtonLink>
        </div>
      )}
    </Stack>
  );
}
