/** An address below a campaign that is none of its tabs. */
import { IconRoute } from "@tabler/icons-react";
import { EmptyState } from "../../components/empty-state.tsx";
import { ButtonLink } from "../../router/links.tsx";
import { useEditorPage } from "./editor-context.ts";

export function UnknownTab() {
  const { campaign } = useEditorPage();
  return (
    <EmptyState
      icon={IconRoute}
      title="A campaign has no such tab"
      actions={<ButtonLink to={`campaigns/${campaign.id}/content`}>Open its content</ButtonLink>}
    >
      The address may have been mistyped.
    </EmptyState>
  );
}
