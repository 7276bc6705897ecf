/** One client ID: its scopes, its secrets and keys, and its end. */
import { Stack, Tabs } from "@mantine/core";
import { useActorNames } from "../../api/actors.ts";
import { useRead } from "../../api/use-read.ts";
import { MonoField } from "../../components/copy.tsx";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { StateBadge } from "../../components/status-badge.tsx";
import { TimeAgo } from "../../components/time.tsx";
import { usePathParam } from "../../router/links.tsx";
import { useUrlState } from "../../router/url-state.ts";
import { PagePending } from "../../shell/page-pending.tsx";
import type { Client } from "./client.ts";
import { ClientEnd } from "./client-end.tsx";
import { ClientKeys } from "./client-keys.tsx";
import { ClientSecrets } from "./client-secrets.tsx";
import { SetScopes } from "./set-scopes.tsx";

const USUAL = { tab: "scopes" };
const TRAIL = [{ label: "API integrations", to: "settings/api" }];

export default function ClientPage() {
  const id = usePathParam("id");
  const { data, error, refetch } = useRead<Client>({ noun: "clients", path: `/clients/${id}` });
  if (data !== undefined) return <Loaded key={data.client_id} client={data} />;
  if (error === null) return <PagePending />;
  return (
    <>
      <PageHeader title="Client ID" trail={TRAIL} />
      <ErrorNotice title="The client ID cannot be shown" error={error} retry={() => void refetch()} />
    </>
  );
}

function Loaded({ client }: { readonly client: Client }) {
  const [{ tab }, set] = useUrlState(USUAL);
  const nameOf = useActorNames();
  return (
    <>
      <PageHeader
        title={client.name}
        trail={TRAIL}
        badge={<StateBadge state={client.enabled ? "on" : "off"} />}
        hint={
          <>
            <MonoField value={client.client_id} label="Copy the client ID" /> · updated by{" "}
            {nameOf(client.updated_by)} <TimeAgo value={client.updated_time} />
          </>
        }
      />
      <Tabs
        value={tab}
        onChange={(next) => set({ tab: next ?? USUAL.tab }, { push: true })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="scopes">Set Scopes</Tabs.Tab>
          <Tabs.Tab value="credentials">Secrets and keys</Tabs.Tab>
          <Tabs.Tab value="settings">Settings</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="scopes">
          <SetScopes client={client} />
        </Tabs.Panel>
        <Tabs.Panel value="credentials">
          <Stack gap="lg">
            <ClientSecrets client={client} />
            <ClientKeys client={client} />
          </Stack>
        </Tabs.Panel>
        <Tabs.Panel value="settings">
          <ClientEnd client={client} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
