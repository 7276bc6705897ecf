/** For messages that people must get whatever they have unsubscribed from. */
import { Switch } from "@mantine/core";
import { useEditorPage } from "./editor-context.ts";

export function IgnoreSubscription({ type }: { readonly type: string }) {
  const { editor } = useEditorPage();
  return (
    <Switch
      label="Send to those who have unsubscribed, too"
      description="Only for what they must get, such as login codes and receipts."
      checked={editor.values.messages[type]?.ignore_subscription === 1}
      disabled={!editor.mayEdit}
      onChange={({ currentTarget: { checked } }) =>
        editor.setField(type, "ignore_subscription", checked ? 1 : null)
      }
    />
  );
}
