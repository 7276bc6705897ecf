/** A test to one person: the stored content, really sent, marked as a test. */
import { Button, Group, NativeSelect, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useChange } from "../../api/use-change.ts";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { Panel } from "../../components/panel.tsx";
import { PageLink } from "../../router/links.tsx";
import { hasPage } from "../../router/page-route.ts";
import { useProject } from "../../router/project-context.ts";
import { channelsOf } from "./campaign.ts";
import { useEditorPage } from "./editor-context.ts";
import { useTrialBody } from "./use-sample.ts";

type Kind = "user_id" | "address";
const KINDS = [
  { value: "address", label: "Email or number" },
  { value: "user_id", label: "User ID" },
];

export function TestSend() {
  const { campaign, editor, trial } = useEditorPage();
  const { me } = useProject();
  const { params } = useTrialBody();
  const [kind, setKind] = useState<Kind>(trial.userId === "" ? "address" : "user_id");
  // One's own address where it can be reached on a channel of this campaign.
  const [to, setTo] = useState(trial.userId || (channelsOf(campaign).includes("email") ? me.user.email : ""));
  const send = useChange<string, { execution_id: number }>({
    ask: (given) => ({ path: `/campaigns/${campaign.id}/test`, body: { [kind]: given, params } }),
    touches: ["executions", "messages", "sandbox"],
  });
  const go = async (): Promise<void> => {
    if (!editor.isDirty || (editor.savesItself && (await editor.save()))) send.mutate(to.trim());
  };
  const isUnsaved = editor.isDirty && !editor.savesItself;
  return (
    <Panel
      title="Send a test"
      hint="Really sent, through your gateways, with the params of the preview. Results leave it out."
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void go();
        }}
      >
        <Stack gap="sm">
          <NativeSelect
            aria-label="Whom the test goes to"
            data={KINDS}
            value={kind}
            onChange={({ currentTarget: { value } }) => setKind(value as Kind)}
          />
          <TextInput
            aria-label="To"
            placeholder={kind === "user_id" ? "User ID" : "you@example.com or +353 85 000 0000"}
            value={to}
            onChange={({ currentTarget: { value } }) => setTo(value)}
            autoComplete="off"
          />
          {send.isError && <ErrorNotice title="The test was not sent" error={send.error} />}
          <Group gap="sm">
            <Button
              type="submit"
              variant="default"
              loading={send.isPending}
              disabled={to.trim() === "" || isUnsaved}
            >
              Send the test
            </Button>
            {send.isSuccess && <SentNotice executionId={send.data.execution_id} />}
          </Group>
          {isUnsaved && (
            <Text size="sm" c="dimmed">
              A test sends what is stored: save first.
            </Text>
          )}
        </Stack>
      </form>
    </Panel>
  );
}

function SentNotice({ executionId }: { readonly executionId: number }) {
  const { can } = useProject();
  return (
    <Text size="sm" role="status">
      Sent.{" "}
      {can("messages.read") && hasPage("messages") && (
        <PageLink to="messages" search={{ execution_id: String(executionId) }} size="sm" td="underline">
          See what became of it
        </PageLink>
      )}
      {can("messages.read") && !hasPage("messages") && (
        <PageLink to="sandbox" size="sm" td="underline">
          See the sandbox
        </PageLink>
      )}
    </Text>
  );
}
