/** What stands between the writer and a saved campaign: a refusal, somebody else's version, a role that only reads. */
import { Button, Group, Text } from "@mantine/core";
import { ApiError } from "../../api/api-error.ts";
import { ErrorNotice, Notice } from "../../components/error-notice.tsx";
import { usePathParam } from "../../router/links.tsx";
import { useProject } from "../../router/project-context.ts";
import styles from "./campaigns.module.css";
import { useEditorPage } from "./editor-context.ts";

export function EditorNotices() {
  const { editor, checkFault } = useEditorPage();
  return (
    <div className={styles.notices}>
      <ReadOnly />
      {editor.isConflict && <Conflict />}
      {editor.fault !== null && !editor.isConflict && editor.isDirty && <Refused />}
      {checkFault !== null && editor.fault === null && (
        <ErrorNotice title="The templates are not checked at the moment" error={checkFault} />
      )}
    </div>
  );
}

function ReadOnly() {
  const { editor, campaign } = useEditorPage();
  const { can, role_label: role } = useProject();
  if (editor.mayEdit) return null;
  const why = can("campaigns.edit")
    ? `A campaign that was launched is changed by who may launch. As ${role} you can duplicate it and work on the copy.`
    : `As ${role} you can look at it${can("campaigns.launch") ? ", test it and launch it" : ""}, but not change it.`;
  return (
    <Notice tone="info" title={campaign.state === "draft" ? "You are reading a draft" : "You are reading"}>
      {why}
    </Notice>
  );
}

function Conflict() {
  const { editor } = useEditorPage();
  const words = editor.fault instanceof ApiError ? editor.fault.message : "";
  return (
    <Notice tone="bad" title="Somebody else saved in the meantime">
      <Text size="sm">{words} Nothing of yours is lost yet.</Text>
      <Group gap="xs" mt="xs">
        <Button size="compact-sm" variant="default" onClick={() => void editor.discard()}>
          Show theirs, drop my changes
        </Button>
        <Button size="compact-sm" color="red" variant="outline" onClick={() => void editor.overwrite()}>
          Save mine over it
        </Button>
      </Group>
    </Notice>
  );
}

/**
 * Faults in templates are said at their place; only what no field in sight shows is said here. Half a placeholder is a
 * fault too: a notice above the text would move it up and down under the fingers of who writes.
 */
function Refused() {
  const { editor, check } = useEditorPage();
  const tab = usePathParam("tab");
  const isTemplate = (check?.templates.length ?? 0) > 0;
  if (isTemplate) {
    return tab === "content" ? null : (
      <Notice tone="warn" title="Not saved: a template has an error">
        <Text size="sm">It is marked under its text. As soon as it is mended, your work is saved.</Text>
      </Notice>
    );
  }
  return <ErrorNotice title="Not saved" error={editor.fault} retry={() => void editor.save()} />;
}
