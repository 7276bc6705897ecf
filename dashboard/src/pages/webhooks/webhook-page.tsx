/** One endpoint: how it is doing, what was posted to it, its settings. */
import { Button, Stack, Tabs, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useChange } from "../../api/use-change.ts";
import { useRead } from "../../api/use-read.ts";
import { ErrorNotice, Notice } from "../../components/error-notice.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { StateBadge } from "../../components/status-badge.tsx";
import { TimeAgo } from "../../components/time.tsx";
import { usePathParam } from "../../router/links.tsx";
import { useUrlState } from "../../router/url-state.ts";
import { PagePending } from "../../shell/page-pending.tsx";
import { type Connection, stateOf } from "./connection.ts";
import { DeliveryLog } from "./delivery-log.tsx";
import { Recover } from "./recover.tsx";
import { WebhookSettings } from "./webhook-settings.tsx";

const USUAL = { tab: "deliveries", state: "" };
const TRAIL = [{ label: "Webhooks", to: "settings/webhooks" }];
const LIVE_MS = 10_000;

export default function WebhookPage() {
  const id = usePathParam("id");
  const { data, error, refetch } = useRead<Connection>({
    noun: "connections",
    path: `/connections/${id}`,
    everyMs: LIVE_MS,
  });
  if (data !== undefined) return <Loaded key={data.id} connection={data} />;
  if (error === null) return <PagePending />;
  return (
    <>
      <PageHeader title="Webhook" trail={TRAIL} />
      <ErrorNotice title="The webhook cannot be shown" error={error} retry={() => void refetch()} />
    </>
  );
}

function Loaded({ connection }: { readonly connection: Connection }) {
  const [{ tab }, set] = useUrlState(USUAL);
  return (
    <>
      <PageHeader
        title={connection.name}
        hint={<code>{connection.url}</code>}
        trail={TRAIL}
        badge={<StateBadge state={stateOf(connection)} />}
        actions={<Recover connectionId={connection.id} />}
      />
      <Stack>
        <Trouble connection={connection} />
        <Tabs
          value={tab}
          onChange={(next) => set({ tab: next ?? USUAL.tab }, { push: true })}
          keepMounted={false}
        >
          <Tabs.List mb="md">
            <Tabs.Tab value="deliveries">Deliveries</Tabs.Tab>
            <Tabs.Tab value="settings">Settings</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="deliveries">
            <DeliveryLog connectionId={connection.id} />
          </Tabs.Panel>
          <Tabs.Panel value="settings">
            <WebhookSettings connection={connection} />
          </Tabs.Panel>
        </Tabs>
      </Stack>
    </>
  );
}

/** What is wrong with the endpoint, and how to go on. */
function Trouble({ connection }: { readonly connection: Connection }) {
  const { id, state, state_reason: reason, failures, failing_since: since } = connection;
  const enable = useChange<void>({
    ask: () => ({ path: `/connections/${id}/enable`, body: {} }),
    touches: ["connections", "deliveries"],
  });
  if (state === "on" && failures === 0) return null;
  const icon = <IconAlertTriangle size={18} aria-hidden />;
  if (state === "on") {
    return (
      <Notice tone="warn" title={`The last ${failures} tries failed`} icon={icon}>
        <Text size="sm">
          Failing since <TimeAgo value={since} />. Events wait and are posted once the endpoint answers again;
          the log below says what it answered.
        </Text>
      </Notice>
    );
  }
  return (
    <Notice tone="warn" title={state === "off" ? "Switched off" : "Disabled after failures"} icon={icon}>
      <Text size="sm">{reason ?? "Nothing is written down or posted for this endpoint."}</Text>
      <Button
        mt="xs"
        size="compact-sm"
        variant="default"
        loading={enable.isPending}
        onClick={() => enable.mutate()}
      >
        Switch it on again
      </Button>
      {enable.error !== null && <ErrorNotice title="It stays as it is" error={enable.error} />}
    </Notice>
  );
}
