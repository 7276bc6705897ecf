/** Nobody loses what they wrote by leaving: a draft is saved on the way out, and what cannot be saved is asked about. */
import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useBlocker } from "@tanstack/react-router";
import { useEditorPage } from "./editor-context.ts";

export function LeaveGuard() {
  const { campaign, editor } = useEditorPage();
  const blocker = useBlocker({
    shouldBlockFn: async ({ next }) => {
      if (!editor.isDirty || isOfCampaign(next.pathname, campaign.id)) return false;
      return !(editor.savesItself && (await editor.save()));
    },
    enableBeforeUnload: () => editor.isDirty,
    withResolver: true,
  });
  const isAsked = blocker.status === "blocked";
  const stay = (): void => blocker.reset?.();
  const saveAndGo = async (): Promise<void> => {
    if (await editor.save()) blocker.proceed?.();
    else stay();
  };
  return (
    <Modal opened={isAsked} onClose={stay} title="Leave without saving?">
      <Stack>
        <Text size="sm">Your changes to “{editor.values.title}” are not saved.</Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={stay} data-autofocus>
            Stay
          </Button>
          <Button color="red" variant="outline" onClick={() => blocker.proceed?.()}>
            Leave without saving
          </Button>
          <Button loading={editor.isSaving} onClick={() => void saveAndGo()}>
            Save and leave
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

const EDITOR_TAB = /\/campaigns\/(\d+)\/(setup|content|segment|schedule|preview|launch|versions)$/;

const isOfCampaign = (pathname: string, id: number): boolean => EDITOR_TAB.exec(pathname)?.[1] === String(id);
