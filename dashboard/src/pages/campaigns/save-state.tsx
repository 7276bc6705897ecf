/** Whether what one sees is stored: said by itself for a draft, with the button that makes a version of what was launched. */
import { Button, Group, Text } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import styles from "./campaigns.module.css";
import { useEditorPage } from "./editor-context.ts";
import type { Editor } from "./use-editor.ts";

export function SaveState() {
  const { editor, check } = useEditorPage();
  const hasFault = (check?.templates.length ?? 0) > 0;
  if (!editor.mayEdit) return null;
  return (
    <Group gap="sm" wrap="nowrap">
      <Text size="sm" c="dimmed" role="status" className={styles.saveState}>
        {wordsOf(editor, hasFault)}
        {!editor.isDirty && !editor.isSaving && <IconCheck size={14} aria-hidden />}
      </Text>
      {!editor.savesItself && (
        <>
          {editor.isDirty && (
            <Button variant="default" onClick={() => void editor.discard()}>
              Discard
            </Button>
          )}
          <Button loading={editor.isSaving} disabled={!editor.isDirty} onClick={() => void editor.save()}>
            {`Save as version ${editor.version + 1}`}
          </Button>
        </>
      )}
    </Group>
  );
}

function wordsOf({ isSaving, isDirty, fault, version, savesItself }: Editor, hasFault: boolean): string {
  if (isSaving) return "Saving…";
  if (!isDirty) return `Saved, version ${version}`;
  if (fault !== null) return hasFault ? "Not saved: a template has an error" : "Not saved";
  return savesItself ? "Saving soon…" : "Changed, not saved";
}
