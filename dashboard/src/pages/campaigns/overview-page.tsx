/** A campaign that was launched: the call for it, what the call must pass, how it stands. A draft opens where it is written. */
import { Stack } from "@mantine/core";
import { IconRocket } from "@tabler/icons-react";
import { Navigate } from "@tanstack/react-router";
import { ChannelName } from "../../components/channel.tsx";
import { CopyField } from "../../components/copy.tsx";
import { Notice } from "../../components/error-notice.tsx";
import { KeyValue } from "../../components/key-value.tsx";
import { Panel } from "../../components/panel.tsx";
import { DateTime } from "../../components/time.tsx";
import { PageLink } from "../../router/links.tsx";
import { hasPage } from "../../router/page-route.ts";
import { useProject } from "../../router/project-context.ts";
import { useUrlState } from "../../router/url-state.ts";
import { type Campaign, channelsOf } from "./campaign.ts";
import { CampaignFrame, useCampaign } from "./campaign-frame.tsx";
import styles from "./campaigns.module.css";
import { ContractTable } from "./contract-table.tsx";
import { SnippetsPanel } from "./snippets.tsx";

const USUAL = { launched: "" };

export default function CampaignPage() {
  const loaded = useCampaign();
  const { path } = useProject();
  if (loaded.campaign === null) return loaded.instead;
  const { campaign } = loaded;
  if (campaign.state === "draft") return <Navigate to={path(`campaigns/${campaign.id}/content`)} replace />;
  return (
    <CampaignFrame campaign={campaign} title={campaign.title}>
      <Overview campaign={campaign} />
    </CampaignFrame>
  );
}

function Overview({ campaign }: { readonly campaign: Campaign }) {
  const [{ launched }] = useUrlState(USUAL);
  return (
    <Stack gap="lg">
      {launched !== "" && campaign.state === "live" && (
        <div role="status">
          <Notice tone="good" title="It is live" icon={<IconRocket size={18} aria-hidden />}>
            Your backend sends it with the call below. Messages of channels without a gateway land in the
            sandbox.
          </Notice>
        </div>
      )}
      {campaign.state === "stopped" && (
        <Notice tone="warn" title="It is stopped">
          Calls with its ID are refused until somebody starts it again.
        </Notice>
      )}
      <div className={styles.columns}>
        <Stack gap="lg">
          <SnippetsPanel id={campaign.id} />
          <Panel title="What each call passes" hint="Read from the templates of the newest version." isFlush>
            <ContractTable contract={campaign.params_contract} />
          </Panel>
        </Stack>
        <Facts campaign={campaign} />
      </div>
    </Stack>
  );
}

function Facts({ campaign }: { readonly campaign: Campaign }) {
  const { can } = useProject();
  const { id, version, updated_by: by, update_time: time, activate_time: since } = campaign;
  return (
    <Panel title="About it">
      <Stack>
        <CopyField label="Campaign ID" value={String(id)} />
        <KeyValue
          facts={[
            {
              label: "Channels",
              value: (
                <Stack gap={4}>
                  {channelsOf(campaign).map((name) => (
                    <ChannelName key={name} name={name} />
                  ))}
                </Stack>
              ),
            },
            { label: "Kind", value: "Single-stage, API-triggered" },
            { label: "Launched", value: <DateTime value={since} /> },
            {
              label: "Version",
              value: (
                <PageLink to={`campaigns/${id}/versions`} size="sm">
                  {String(version)}
                </PageLink>
              ),
            },
            { label: "Changed by", value: by ?? "–" },
            { label: "Changed", value: <DateTime value={time} /> },
          ]}
        />
        {hasPage("sandbox") && can("messages.read") && (
          <PageLink to="sandbox" size="sm">
            See what was kept in the sandbox
          </PageLink>
        )}
      </Stack>
    </Panel>
  );
}
