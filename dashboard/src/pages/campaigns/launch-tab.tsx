/** The last look: what is ready and what is not, the contract with the callers, and the button that puts it live. */
import { Button, Group, Stack, Text } from "@mantine/core";
import { IconRocket } from "@tabler/icons-react";
import { Navigate } from "@tanstack/react-router";
import { useState } from "react";
import { useChange } from "../../api/use-change.ts";
import { CopyButton } from "../../components/copy.tsx";
import { ErrorNotice, Notice } from "../../components/error-notice.tsx";
import { Panel } from "../../components/panel.tsx";
import { useProject } from "../../router/project-context.ts";
import type { Campaign } from "./campaign.ts";
import styles from "./campaigns.module.css";
import { ContractTable } from "./contract-table.tsx";
import { useEditorPage } from "./editor-context.ts";
import { useKeepCampaign } from "./keep-campaign.ts";
import { isReady, LaunchChecks } from "./launch-checks.tsx";
import { TestSend } from "./test-send.tsx";

export function LaunchTab() {
  const { campaign, check } = useEditorPage();
  const { can, path } = useProject();
  const [isLaunched, setLaunched] = useState(false);
  if (campaign.state !== "draft") {
    const search = isLaunched ? { launched: "1" } : {};
    return <Navigate to={path(`campaigns/${campaign.id}`)} search={search as never} replace />;
  }
  return (
    <div className={styles.columns}>
      <Stack gap="lg">
        <LaunchChecks />
        <Panel
          title="What each call passes"
          hint="Read from the templates. Give this to whoever writes the call."
          isFlush
        >
          {check !== null && <ContractTable contract={check.params_contract} />}
        </Panel>
      </Stack>
      <Stack gap="lg">
        {can("campaigns.launch") ? <LaunchPanel launched={() => setLaunched(true)} /> : <AskApprover />}
        {can("campaigns.test") && <TestSend />}
      </Stack>
    </div>
  );
}

function LaunchPanel({ launched }: { launched(): void }) {
  const { campaign, editor, check } = useEditorPage();
  const keep = useKeepCampaign();
  const launch = useChange<null, Campaign>({
    ask: () => ({ path: `/campaigns/${campaign.id}/launch`, body: {} }),
    touches: ["campaigns"],
    onDone: (live) => {
      launched();
      keep(live);
    },
  });
  const go = async (): Promise<void> => {
    if (await editor.save()) launch.mutate(null);
  };
  return (
    <Panel title="Launch" hint="From then on, calls with its ID are sent. It can be stopped at any time.">
      <Stack>
        {launch.isError && <ErrorNotice title="Not launched" error={launch.error} />}
        <div>
          <Button
            leftSection={<IconRocket size={16} aria-hidden />}
            loading={launch.isPending || editor.isSaving}
            disabled={!isReady(check, editor)}
            onClick={() => void go()}
          >
            Launch campaign
          </Button>
        </div>
        {!isReady(check, editor) && check !== null && (
          <Text size="sm" c="dimmed">
            It can be launched as soon as the list has no open point.
          </Text>
        )}
      </Stack>
    </Panel>
  );
}

function AskApprover() {
  const { campaign } = useEditorPage();
  const { path, role_label: role, can } = useProject();
  const url = `${window.location.origin}${path(`campaigns/${campaign.id}/launch`)}`;
  if (!can("campaigns.edit")) {
    return <Notice tone="info" title={`As ${role} you cannot launch campaigns`} />;
  }
  return (
    <Notice tone="info" title="An approver launches this">
      <Text size="sm">As {role} you write it. Send this link to somebody who may launch:</Text>
      <Group gap={4} mt="xs" wrap="nowrap">
        <Text size="xs" ff="monospace" className={styles.link}>
          {url}
        </Text>
        <CopyButton value={url} label="Copy the link to this page" />
      </Group>
    </Notice>
  );
}
