/** The first tab: what the campaign is called and on which channels it sends. */
import { Checkbox, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { ChannelName } from "../../components/channel.tsx";
import { CopyField } from "../../components/copy.tsx";
import { KeyValue } from "../../components/key-value.tsx";
import { Panel } from "../../components/panel.tsx";
import { DateTime } from "../../components/time.tsx";
import { CHANNELS, type Channel } from "./campaign.ts";
import styles from "./campaigns.module.css";
import { useEditorPage } from "./editor-context.ts";
import { NextTab } from "./next-tab.tsx";

export function SetupTab() {
  const { campaign, editor } = useEditorPage();
  const { title, channels } = editor.values;
  return (
    <div className={styles.columns}>
      <Stack gap="lg">
        <Panel title="Setup">
          <Stack>
            <TextInput
              label="Title"
              description="For your team; nobody who gets the message sees it."
              value={title}
              maxLength={255}
              readOnly={!editor.mayEdit}
              error={title.trim() === "" ? "Title cannot be blank." : undefined}
              onChange={({ currentTarget: { value } }) => editor.setTitle(value)}
            />
            <Checkbox.Group
              label="Channels"
              description="One execution sends on all of them, to each person that the channel reaches."
              value={[...channels]}
              onChange={(next) => editor.setChannels(next as Channel[])}
            >
              <SimpleGrid cols={{ base: 2, sm: 3 }} spacing="sm" mt="sm">
                {CHANNELS.map((name) => (
                  <Checkbox
                    key={name}
                    value={name}
                    disabled={!editor.mayEdit}
                    label={<ChannelName name={name} />}
                  />
                ))}
              </SimpleGrid>
            </Checkbox.Group>
          </Stack>
        </Panel>
        <NextTab to="content" label="Write the content" />
      </Stack>
      <Panel title="Known by">
        <Stack>
          <CopyField
            label="Campaign ID"
            value={String(campaign.id)}
            description="What your backend names in execute/campaign."
          />
          <KeyValue
            facts={[
              { label: "Kind", value: "Single-stage" },
              { label: "Trigger", value: "API" },
              { label: "Version", value: editor.version },
              { label: "Changed by", value: campaign.updated_by ?? "–" },
              { label: "Changed", value: <DateTime value={campaign.update_time} /> },
            ]}
          />
        </Stack>
      </Panel>
    </div>
  );
}
