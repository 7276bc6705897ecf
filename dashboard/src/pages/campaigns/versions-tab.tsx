/** Every saved version with its author, and what one changed against another. */
import { Group, NativeSelect, Skeleton, Stack, Text, UnstyledButton } from "@mantine/core";
import { lazy, Suspense } from "react";
import type { VersionView as Version } from "../../../../server/src/actions/campaigns/campaign-pages.ts";
import { useRead } from "../../api/use-read.ts";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { Panel } from "../../components/panel.tsx";
import { TimeAgo } from "../../components/time.tsx";
import { useUrlState } from "../../router/url-state.ts";
import styles from "./campaigns.module.css";
import { useEditorPage } from "./editor-context.ts";

const VersionDiff = lazy(() => import("./version-diff.tsx"));
const USUAL = { version: "", against: "" };

export function VersionsTab() {
  const { campaign } = useEditorPage();
  const [state, set] = useUrlState(USUAL);
  const list = useRead<Version[]>({ noun: "campaigns", path: `/campaigns/${campaign.id}/versions` });
  if (list.isError) {
    return (
      <ErrorNotice
        title="The versions cannot be shown"
        error={list.error}
        retry={() => void list.refetch()}
      />
    );
  }
  if (list.data === undefined) return <Skeleton height={240} />;
  const versions = list.data;
  const shown = versions.find(({ version }) => String(version) === state.version) ?? versions[0];
  if (shown === undefined) return null;
  const before =
    versions.find(({ version }) => String(version) === state.against)?.version ?? shown.version - 1;
  return (
    <div className={styles.history}>
      <Panel title="Versions" hint="Newest first." isFlush>
        <VersionList
          versions={versions}
          shown={shown}
          show={({ version }) => set({ version: String(version), against: "" }, { push: true })}
        />
      </Panel>
      <Panel
        title={before > 0 ? `What version ${shown.version} changed` : `Version ${shown.version}, the first`}
        actions={
          versions.length > 1 && (
            <Group gap="xs">
              <NativeSelect
                size="xs"
                aria-label="Compare with"
                value={String(before)}
                data={[
                  ...versions
                    .filter(({ version }) => version !== shown.version)
                    .map(({ version }) => ({ value: String(version), label: `against version ${version}` })),
                  ...(before > 0 ? [] : [{ value: "0", label: "against nothing" }]),
                ]}
                onChange={({ currentTarget: { value } }) => set({ against: value })}
              />
            </Group>
          )
        }
      >
        <Suspense fallback={<Skeleton height={160} />}>
          <Stack>
            <VersionDiff id={campaign.id} before={before} after={shown.version} />
          </Stack>
        </Suspense>
      </Panel>
    </div>
  );
}

interface VersionListProps {
  readonly versions: readonly Version[];
  readonly shown: Version;
  show(version: Version): void;
}

function VersionList({ versions, shown, show }: VersionListProps) {
  return (
    <ul className={styles.versions}>
      {versions.map((one) => (
        <li key={one.version}>
          <UnstyledButton
            className={styles.version}
            aria-current={one.version === shown.version ? "true" : undefined}
            onClick={() => show(one)}
          >
            <Text size="sm" fw={550} component="span">
              Version {one.version}
            </Text>
            <Text size="xs" c="dimmed" component="span">
              {one.author ?? "the platform"}, <TimeAgo value={one.create_time} />
            </Text>
          </UnstyledButton>
        </li>
      ))}
    </ul>
  );
}
