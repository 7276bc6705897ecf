/** A request to an address of the project's own: where to, how, and with what. */
import { ActionIcon, Button, Group, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { ErrorNotice, Notice } from "../../components/error-notice.tsx";
import { MessagePreview } from "../../components/message-preview.tsx";
import { Panel } from "../../components/panel.tsx";
import { MESSAGE_TYPES } from "./campaign.ts";
import styles from "./campaigns.module.css";
import { useEditorPage } from "./editor-context.ts";
import { useFaults } from "./field-faults.ts";
import { LineField } from "./line-field.tsx";
import { TrialCaption } from "./trial-caption.tsx";
import { TwigField } from "./twig-field.tsx";
import { useSample } from "./use-sample.ts";

const TYPE = MESSAGE_TYPES.webhook;
const METHODS = ["POST", "GET", "PUT", "PATCH", "DELETE"];
const BODY_TYPES = [
  { value: "json", label: "JSON" },
  { value: "form", label: "Form" },
  { value: "query", label: "Query string" },
  { value: "raw", label: "Raw text" },
];

export default function WebhookContent() {
  const { editor } = useEditorPage();
  const fields = editor.values.messages[TYPE] ?? {};
  const choice = (name: string, usual: string) => ({
    value: typeof fields[name] === "string" ? String(fields[name]) : usual,
    disabled: !editor.mayEdit,
    onChange: (event: { currentTarget: { value: string } }) =>
      editor.setField(TYPE, name, event.currentTarget.value),
  });
  return (
    <div className={styles.columns}>
      <Panel title="Webhook">
        <Stack>
          <LineField
            type={TYPE}
            name="webhook_url"
            label="URL"
            placeholder="https://example.com/orders/{{order_id}}"
            description="Values in it are escaped for URLs."
          />
          <Group gap="sm">
            <NativeSelect label="Method" data={METHODS} w={120} {...choice("webhook_method", "POST")} />
            <NativeSelect label="Body" data={BODY_TYPES} w={150} {...choice("webhook_body_type", "json")} />
          </Group>
          <TwigField
            type={TYPE}
            name="webhook_body"
            label="Body"
            placeholder={'{"order": "{{order_id}}"}'}
            description="Values inside the quotes of JSON are escaped for JSON."
            minHeight={140}
          />
          <Headers />
        </Stack>
      </Panel>
      <RequestPreview />
    </div>
  );
}

interface Pair {
  readonly key: string;
  readonly value: string;
}

function Headers() {
  const { editor } = useEditorPage();
  const { words } = useFaults(TYPE, "webhook_headers");
  const held = editor.values.messages[TYPE]?.webhook_headers;
  const pairs = Array.isArray(held) ? (held as readonly Pair[]) : [];
  const set = (next: readonly Pair[]): void => editor.setField(TYPE, "webhook_headers", next);
  const change = (index: number, part: Partial<Pair>): void =>
    set(pairs.map((pair, i) => (i === index ? { ...pair, ...part } : pair)));
  return (
    <fieldset className={styles.headers}>
      <Text component="legend" size="sm" fw={550}>
        Headers
      </Text>
      <Stack gap="xs">
        {pairs.map((pair, index) => (
          <HeaderRow
            // biome-ignore lint/suspicious/noArrayIndexKey: a header has no identity but its place
            key={index}
            pair={pair}
            no={index + 1}
            mayEdit={editor.mayEdit}
            change={(part) => change(index, part)}
            remove={() => set(pairs.filter((_, i) => i !== index))}
          />
        ))}
        {words !== undefined && (
          <Text size="xs" c="var(--mantine-color-error)">
            {words}
          </Text>
        )}
        {editor.mayEdit && (
          <div>
            <Button
              size="compact-sm"
              variant="subtle"
              leftSection={<IconPlus size={14} aria-hidden />}
              onClick={() => set([...pairs, { key: "", value: "" }])}
            >
              Add a header
            </Button>
          </div>
        )}
      </Stack>
    </fieldset>
  );
}

interface HeaderRowProps {
  readonly pair: Pair;
  readonly no: number;
  readonly mayEdit: boolean;
  change(part: Partial<Pair>): void;
  remove(): void;
}

function HeaderRow({ pair, no, mayEdit, change, remove }: HeaderRowProps) {
  return (
    <Group gap="xs" wrap="nowrap">
      <TextInput
        aria-label={`Name of header ${no}`}
        placeholder="x-source"
        value={pair.key}
        readOnly={!mayEdit}
        onChange={({ currentTarget: { value } }) => change({ key: value })}
        className={styles.grow}
      />
      <TextInput
        aria-label={`Value of header ${no}`}
        value={pair.value}
        readOnly={!mayEdit}
        onChange={({ currentTarget: { value } }) => change({ value })}
        className={styles.grow}
      />
      {mayEdit && (
        <ActionIcon variant="subtle" color="gray" aria-label={`Remove header ${no}`} onClick={remove}>
          <IconX size={16} aria-hidden />
        </ActionIcon>
      )}
    </Group>
  );
}

function RequestPreview() {
  const { content, error } = useSample("webhook");
  return (
    <aside aria-label="Preview of the request" className={styles.sticky}>
      {error !== null && <ErrorNotice title="No preview" error={error} />}
      {error === null && content !== null && (
        <Stack>
          {content.problems.length > 0 && (
            <Notice tone="warn" title="This would not be sent">
              <ul className={styles.plainList}>
                {content.problems.map((problem) => (
                  <li key={problem}>{problem}</li>
                ))}
              </ul>
            </Notice>
          )}
          <MessagePreview channel="webhook" content={content} />
        </Stack>
      )}
      <TrialCaption />
    </aside>
  );
}
