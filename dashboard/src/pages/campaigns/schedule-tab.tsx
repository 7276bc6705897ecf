/** When it is sent, and how long delivery is tried. */
import { Group, NativeSelect, NumberInput, Radio, Stack, Text } from "@mantine/core";
import { MomentField } from "../../components/moment-field.tsx";
import { Panel } from "../../components/panel.tsx";
import { useProject } from "../../router/project-context.ts";
import styles from "./campaigns.module.css";
import { useEditorPage } from "./editor-context.ts";
import { NextTab } from "./next-tab.tsx";

const PERIODS = ["minutes", "hours", "days", "weeks", "months"];

export function ScheduleTab() {
  return (
    <div className={styles.narrow}>
      <Stack gap="lg">
        <Panel
          title="When it is sent"
          hint="Whenever it is called: at once, or at the time that the call names."
        />
        <EndPanel />
        <RetryPanel />
        <NextTab to="preview" label="Preview" />
      </Stack>
    </div>
  );
}

function EndPanel() {
  const { editor, check } = useEditorPage();
  const { timeZone } = useProject();
  const { end_time: end } = editor.values.settings;
  return (
    <Panel
      title="When it ends"
      hint="From then on calls are refused, and the campaign is past. What was accepted before is delivered."
    >
      <MomentField
        label="End"
        description={`In ${timeZone}. Empty: it has no end.`}
        value={typeof end === "number" ? end : null}
        change={(seconds) => editor.setSetting("end_time", seconds)}
        error={check?.errors.end_time?.join(" ")}
        readOnly={!editor.mayEdit}
      />
    </Panel>
  );
}

function RetryPanel() {
  const { editor, check } = useEditorPage();
  const { retry_for: count, retry_for_period: period } = editor.values.settings;
  const errorOf = (name: string) => check?.errors[name]?.join(" ");
  const setCount = (value: unknown): void => {
    editor.setSetting("retry_for", value === "" ? null : Number(value));
    if (period === null) editor.setSetting("retry_for_period", "hours");
  };
  return (
    <Panel
      title="When a gateway does not take it"
      hint="Faults that pass, such as a provider that does not answer, are tried again with growing pauses."
    >
      <Stack>
        <Group align="flex-start" gap="sm">
          <NumberInput
            label="Try for"
            placeholder="as the platform does"
            min={0}
            allowDecimal={false}
            w={190}
            value={typeof count === "number" ? count : ""}
            onChange={setCount}
            readOnly={!editor.mayEdit}
            error={errorOf("retry_for")}
          />
          <NativeSelect
            label="Unit"
            w={130}
            data={PERIODS}
            value={typeof period === "string" ? period : "hours"}
            onChange={({ currentTarget: { value } }) => editor.setSetting("retry_for_period", value)}
            disabled={!editor.mayEdit}
            error={errorOf("retry_for_period")}
          />
        </Group>
        <Text size="xs" c="dimmed">
          After that the message has failed; with 0 it is tried once. A login code is of no use an hour later;
          an invoice is.
        </Text>
        <UnknownChoice />
      </Stack>
    </Panel>
  );
}

function UnknownChoice() {
  const { editor } = useEditorPage();
  return (
    <Radio.Group
      label="When nobody knows whether it was sent"
      description="A connection can break after the message has left and before the provider said so."
      value={editor.values.settings.on_unknown === "hold" ? "hold" : "retry"}
      onChange={(value) => editor.setSetting("on_unknown", value)}
    >
      <Stack gap="xs" mt="sm">
        <Radio
          value="retry"
          disabled={!editor.mayEdit}
          label="Send it again"
          description="It may arrive twice, but it arrives."
        />
        <Radio
          value="hold"
          disabled={!editor.mayEdit}
          label="Leave it"
          description="It arrives once at most; its outcome is “unknown”."
        />
      </Stack>
    </Radio.Group>
  );
}
