/** Who is reached. An API-triggered campaign has no audience of its own: each call names it. */
import { Code, List, Stack, Text } from "@mantine/core";
import { CodeBlock } from "../../components/code-block.tsx";
import { KeyValue } from "../../components/key-value.tsx";
import { Panel } from "../../components/panel.tsx";
import styles from "./campaigns.module.css";
import { useEditorPage } from "./editor-context.ts";
import { NextTab } from "./next-tab.tsx";

export function SegmentTab() {
  const { campaign } = useEditorPage();
  const call = JSON.stringify({ id: campaign.id, target_by: "user_id", target: ["u-1", "u-2"] }, null, 2);
  return (
    <div className={styles.columns}>
      <Stack gap="lg">
        <Panel
          title="Everybody whom the call names"
          hint="This campaign narrows nothing. Each call of execute/campaign says who gets it."
        >
          <Stack>
            <KeyValue
              facts={[
                { label: "target", value: "A list of people; all get the same params." },
                {
                  label: "target_with_params",
                  value: "People with params of their own, which win over those of the call.",
                },
                {
                  label: "target_by",
                  value:
                    "What names them: user_id, profile_id, email, mobile_number, token, or id for a device.",
                },
              ]}
            />
            <Text size="sm" fw={550}>
              Who is left out all the same, and counted as skipped
            </Text>
            <List size="sm" spacing={4}>
              <List.Item>who has no address or device for the channel</List.Item>
              <List.Item>who has unsubscribed from it, unless the channel ignores subscriptions</List.Item>
              <List.Item>whose address is suppressed</List.Item>
              <List.Item>
                who is not known, unless the call has <Code>target_existing_only: 0</Code>
              </List.Item>
            </List>
          </Stack>
        </Panel>
        <NextTab to="schedule" label="Schedule" />
      </Stack>
      <CodeBlock label="Targets" samples={[{ label: "Call", code: call }]} />
    </div>
  );
}
