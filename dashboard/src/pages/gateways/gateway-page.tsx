/** One channel's gateway: its settings, a test of them, and the way back to the instance's. */
import { Stack, Text } from "@mantine/core";
import { useRead } from "../../api/use-read.ts";
import { channelLabel } from "../../components/channel.tsx";
import { ErrorNotice, Notice } from "../../components/error-notice.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { usePathParam } from "../../router/links.tsx";
import { PagePending } from "../../shell/page-pending.tsx";
import type { Gateway } from "./gateway.ts";
import { GatewayForm } from "./gateway-form.tsx";
import { RemoveGateway } from "./remove-gateway.tsx";

const TRAIL = [{ label: "Gateways", to: "settings/gateways" }];

export default function GatewayPage() {
  const channel = usePathParam("channel");
  const gateways = useRead<Gateway[]>({ noun: "gateways", path: "/gateways" });
  const gateway = gateways.data?.find((one) => one.channel === channel && one.kinds.length > 0);
  if (gateways.isPending) return <PagePending />;
  return (
    <>
      <PageHeader
        title={`Gateway for ${channelLabel(channel)}`}
        trail={TRAIL}
        hint={gateway === undefined ? undefined : nowOf(gateway)}
        actions={gateway?.source === "project" ? <RemoveGateway gateway={gateway} /> : undefined}
      />
      {gateways.data === undefined && (
        <ErrorNotice
          title="The gateway cannot be shown"
          error={gateways.error}
          retry={() => void gateways.refetch()}
        />
      )}
      {gateways.data !== undefined && gateway === undefined && (
        <Notice tone="info" title="This channel takes no gateway of a project's own">
          <Text size="sm">Its messages leave by the instance's gateway, or stay in the sandbox.</Text>
        </Notice>
      )}
      {gateway !== undefined && (
        <Stack>
          {gateway.unreadable && (
            <Notice tone="bad" title="The stored settings cannot be read">
              <Text size="sm">
                They were kept under another key of the instance. Until you type them again and save, nothing
                is sent on this channel.
              </Text>
            </Notice>
          )}
          <GatewayForm key={`${gateway.source} ${gateway.update_time}`} gateway={gateway} />
        </Stack>
      )}
    </>
  );
}

function nowOf({ source }: Gateway): string {
  if (source === "project") return "This project sends with settings of its own.";
  return source === "instance"
    ? "Messages leave by the instance's gateway now. What you save here takes its place for this project."
    : "Messages stay in the sandbox now, and nobody gets them. What you save here sends them for real.";
}
