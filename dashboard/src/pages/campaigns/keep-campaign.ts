/** What a change answered is what the pages show from then on, without asking again. */
import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { keys } from "../../api/query-keys.ts";
import { useProject } from "../../router/project-context.ts";
import type { Campaign } from "./campaign.ts";

export function useKeepCampaign(): (campaign: Campaign) => void {
  const client = useQueryClient();
  const { id: projectId } = useProject();
  return useCallback(
    (campaign) => {
      // The lists are old now; they are asked anew when somebody looks at them.
      void client.invalidateQueries({ queryKey: keys.all(projectId, "campaigns"), refetchType: "none" });
      const path = `/campaigns/${campaign.id}`;
      client.setQueryData(keys.list(projectId, "campaigns", { path }), campaign);
    },
    [client, projectId],
  );
}
