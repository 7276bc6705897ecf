/** One person with everything that is known of them. */
import { Stack } from "@mantine/core";
import { IconUserOff } from "@tabler/icons-react";
import { isStatus } from "../../api/api-error.ts";
import { useRead } from "../../api/use-read.ts";
import { MonoField } from "../../components/copy.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { KeyValue } from "../../components/key-value.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Panel } from "../../components/panel.tsx";
import { DateTime } from "../../components/time.tsx";
import { ButtonLink, usePathParam } from "../../router/links.tsx";
import { useProject } from "../../router/project-context.ts";
import { PagePending } from "../../shell/page-pending.tsx";
import { AddressFacts } from "./address-facts.tsx";
import { CustomAttributes, SystemAttributes } from "./attribute-facts.tsx";
import { nameOf, type Profile } from "./profile.ts";
import { ProfileDevices } from "./profile-devices.tsx";
import { ProfileMessages } from "./profile-messages.tsx";
import styles from "./profiles.module.css";

const TRAIL = [{ label: "User profiles", to: "profiles" }];

export default function ProfilePage() {
  const id = usePathParam("id");
  const profile = useRead<Profile>({ noun: "profiles", path: `/profiles/${encodeURIComponent(id)}` });
  if (profile.data !== undefined) return <Loaded key={profile.data.id} profile={profile.data} />;
  if (profile.isPending) return <PagePending />;
  return (
    <>
      <PageHeader title="User profile" trail={TRAIL} />
      {isStatus(profile.error, 404) ? (
        <EmptyState
          icon={IconUserOff}
          title="There is no such person"
          actions={<ButtonLink to="profiles">Search for somebody</ButtonLink>}
        >
          Perhaps their data was erased, or the link is of another project.
        </EmptyState>
      ) : (
        <ErrorNotice
          title="The profile cannot be shown"
          error={profile.error}
          retry={() => void profile.refetch()}
        />
      )}
    </>
  );
}

function Loaded({ profile }: { readonly profile: Profile }) {
  const { can } = useProject();
  const { id, user_id: userId } = profile;
  return (
    <>
      <PageHeader title={nameOf(profile.system) || userId || `Profile ${id}`} trail={TRAIL} />
      <Stack gap={20}>
        <div className={styles.columns}>
          <Panel title="Who they are">
            <Stack gap={14}>
              <KeyValue
                facts={[
                  {
                    label: "User ID",
                    value: userId === null ? "–" : <MonoField value={userId} label="Copy the user ID" />,
                  },
                  { label: "Profile ID", value: <code>{id}</code> },
                ]}
              />
              <SystemAttributes profile={profile} />
              <KeyValue
                facts={[
                  { label: "Added", value: <DateTime value={profile.create_time} /> },
                  { label: "Changed", value: <DateTime value={profile.update_time} /> },
                ]}
              />
            </Stack>
          </Panel>
          <Stack gap={20}>
            <Panel
              title="Addresses and subscriptions"
              hint="A channel writes only to an address that is subscribed."
            >
              <AddressFacts profile={profile} />
            </Panel>
            <ProfileDevices id={id} />
          </Stack>
        </div>
        <CustomAttributes profile={profile} />
        {can("messages.read") && <ProfileMessages id={id} userId={userId} />}
      </Stack>
    </>
  );
}
