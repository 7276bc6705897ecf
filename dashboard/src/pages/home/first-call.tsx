/** The call that triggers a template, ready to paste: the newest live campaign's own where there is one. */
import { Skeleton, Stack } from "@mantine/core";
import { lazy, Suspense } from "react";
import type { CampaignRowView } from "../../../../server/src/actions/campaigns/campaign-pages.ts";
import { useRead } from "../../api/use-read.ts";
import { CodeBlock } from "../../components/code-block.tsx";
import { Panel } from "../../components/panel.tsx";
import { hasPage } from "../../router/page-route.ts";
import { useProject } from "../../router/project-context.ts";

/** With its search for people, which the first load can do without. */
const Snippets = lazy(async () => ({
  default: (await import("../campaigns/snippets.tsx")).SnippetsPanel,
}));

const TITLE = "Your first call";

export function FirstCall() {
  const { me, can } = useProject();
  const { data } = useRead<CampaignRowView[]>({
    noun: "campaigns",
    path: "/campaigns",
    query: { state: "live", limit: 1 },
    enabled: hasPage("campaigns/live") && can("campaigns.read"),
  });
  const campaign = data?.[0];
  if (campaign !== undefined) {
    return (
      <Suspense fallback={<Waiting />}>
        <Snippets id={campaign.id} title={TITLE} hint={`Executes “${campaign.title}”.`} />
      </Suspense>
    );
  }
  const url = `${me.instance.url || window.location.origin}/api/external/execute/campaign`;
  return (
    <Panel title={TITLE} hint="Put in your app token, the ID of a live campaign and a user ID.">
      <CodeBlock label="The call in several languages" samples={samplesFor(url, "CAMPAIGN_ID")} />
    </Panel>
  );
}

function Waiting() {
  return (
    <Panel title={TITLE}>
      <Stack gap="sm">
        {[45, 80, 70, 35, 55].map((width) => (
          <Skeleton key={width} height={11} width={`${width}%`} radius="xl" />
        ))}
      </Stack>
    </Panel>
  );
}

function samplesFor(url: string, id: string) {
  const body = {
    apptoken: "YOUR_APP_TOKEN",
    id,
    target_by: "user_id",
    target: ["USER_ID"],
    params: { name: "value" },
  };
  const json = JSON.stringify(body, null, 2);
  return [
    {
      label: "curl",
      code: `curl --request POST \\\n  --url '${url}' \\\n  --header 'content-type: application/json' \\\n  --data '${json.replaceAll("\n", "\n  ")}'`,
    },
    {
      label: "JavaScript",
      code: `const response = await fetch("${url}", {\n  method: "POST",\n  headers: { "content-type": "application/json" },\n  body: JSON.stringify(${json.replaceAll("\n", "\n  ")}),\n});\nconsole.log(response.status, await response.json());`,
    },
    {
      label: "Python",
      code: `import json, urllib.request\n\nbody = ${json}\nrequest = urllib.request.Request(\n    "${url}",\n    data=json.dumps(body).encode(),\n    headers={"content-type": "application/json"},\n)\nprint(urllib.request.urlopen(request).read().decode())`,
    },
  ];
}
