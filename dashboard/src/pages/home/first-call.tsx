/** The call that triggers a template, ready to paste: that of the newest live campaign, with its params, where there is one. */
import { Skeleton } from "@mantine/core";
import { useRead } from "../../api/use-read.ts";
import { CodeBlock } from "../../components/code-block.tsx";
import { Panel } from "../../components/panel.tsx";
import { hasPage } from "../../router/page-route.ts";
import { useProject } from "../../router/project-context.ts";

interface LiveCampaign {
  readonly id: number;
  readonly title: string;
}

/** The server writes them: the names of the params are those of the templates. */
interface Snippets {
  readonly curl: string;
  readonly typescript: string;
  readonly python: string;
}

export function FirstCall() {
  const { me, can } = useProject();
  const { data, isLoading } = useRead<LiveCampaign[]>({
    noun: "campaigns",
    path: "/campaigns",
    query: { state: "live", limit: 1 },
    enabled: hasPage("campaigns/live") && can("campaigns.read"),
  });
  const campaign = data?.[0];
  const { data: snippets, error } = useRead<Snippets>({
    noun: "campaigns",
    path: `/campaigns/${campaign?.id}/snippets`,
    enabled: campaign !== undefined,
  });
  const isPending = isLoading || (campaign !== undefined && snippets === undefined && error === null);
  return (
    <Panel
      title="Your first call"
      hint={
        campaign === undefined
          ? "Put in your app token, the ID of a live campaign and a user ID."
          : `Executes “${campaign.title}”. Put in your app token and a user ID.`
      }
    >
      {isPending ? (
        <Skeleton height={300} />
      ) : (
        <CodeBlock
          label="The call in several languages"
          samples={
            snippets === undefined
              ? [exampleOf(me.instance.url || window.location.origin, campaign?.id)]
              : samplesOf(snippets)
          }
        />
      )}
    </Panel>
  );
}

const samplesOf = ({ curl, typescript, python }: Snippets) => [
  { label: "cURL", code: curl },
  { label: "TypeScript", code: typescript },
  { label: "Python", code: python },
];

/** Before anything is live. */
function exampleOf(instance: string, id: number | string = "CAMPAIGN_ID") {
  const body = {
    apptoken: "YOUR_APP_TOKEN",
    id,
    target_by: "user_id",
    target: ["USER_ID"],
    params: { name: "value" },
  };
  const lines = [
    "curl --request POST \\",
    `  --url '${instance}/api/external/execute/campaign' \\`,
    "  --header 'content-type: application/json' \\",
    `  --data '${JSON.stringify(body, null, 2)}'`,
  ];
  return { label: "cURL", code: lines.join("\n") };
}
