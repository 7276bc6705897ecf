/** On to the following tab, at the end of each. */
import { IconArrowRight } from "@tabler/icons-react";
import { ButtonLink } from "../../router/links.tsx";
import { useEditorPage } from "./editor-context.ts";

export function NextTab({ to, label }: { readonly to: string; readonly label: string }) {
  const { campaign } = useEditorPage();
  return (
    <div>
      <ButtonLink
        to={`campaigns/${campaign.id}/${to}`}
        variant="default"
        rightSection={<IconArrowRight size={15} aria-hidden />}
      >
        {label}
      </ButtonLink>
    </div>
  );
}
