/** Under a preview: whose data it shows, and the way to another person. */
import { Text } from "@mantine/core";
import { PageLink } from "../../router/links.tsx";
import { useEditorPage } from "./editor-context.ts";

export function TrialCaption() {
  const { campaign, trial } = useEditorPage();
  const who = trial.userId === "" ? "With example values" : `As ${trial.userId}`;
  const what = trial.params === null ? "" : ", with your params";
  return (
    <Text size="xs" c="dimmed" ta="center" mt="sm">
      {`${who}${what}. `}
      <PageLink to={`campaigns/${campaign.id}/preview`} size="xs" td="underline">
        Preview as a person
      </PageLink>
    </Text>
  );
}
