/** Takes a call as it stands in a log or in somebody's code, and previews exactly that. */
import { Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useProject } from "../../router/project-context.ts";
import { useEditorPage } from "./editor-context.ts";
import { type PastedCall, readCall } from "./pasted-call.ts";

export function PasteCall({ isOpen, close }: { readonly isOpen: boolean; close(): void }) {
  return (
    <Modal opened={isOpen} onClose={close} title="Paste a call" size="lg">
      <PasteForm close={close} />
    </Modal>
  );
}

function PasteForm({ close }: { close(): void }) {
  const { trial, setTrial, campaign } = useEditorPage();
  const { can } = useProject();
  const [text, setText] = useState("");
  const [fault, setFault] = useState<string | undefined>();
  const take = (call: PastedCall): void => {
    // The call may be about any campaign; only its person and params are looked at.
    const userId = can("profiles.read") ? (call.userId ?? trial.userId) : trial.userId;
    setTrial({ userId, params: call.params });
    close();
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const read = readCall(text);
        if (typeof read === "string") setFault(read);
        else take(read);
      }}
    >
      <Stack>
        <Text size="sm">
          {`The body of an execute/campaign call as JSON, or a whole curl. Its first person and its params are shown with campaign ${campaign.id}; its token is not kept.`}
        </Text>
        <Textarea
          label="Call"
          value={text}
          error={fault}
          autosize
          minRows={8}
          maxRows={18}
          spellCheck={false}
          data-autofocus
          styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
          onChange={({ currentTarget: { value } }) => {
            setText(value);
            setFault(undefined);
          }}
        />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" disabled={text.trim() === ""}>
            Preview it
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
