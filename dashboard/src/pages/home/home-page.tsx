/** The overview of a project: what to do next while it is new, what is going on once it runs. */
import { SimpleGrid, Stack } from "@mantine/core";
import { PageHeader } from "../../components/page-header.tsx";
import { hasPage } from "../../router/page-route.ts";
import { useProject } from "../../router/project-context.ts";
import { FirstCall } from "./first-call.tsx";
import { LatestExecutions } from "./latest-executions.tsx";
import { LatestInSandbox } from "./latest-in-sandbox.tsx";
import { NextSteps } from "./next-steps.tsx";

export default function HomePage() {
  const { name, can } = useProject();
  return (
    <>
      <PageHeader
        title={name}
        hint="Templates live here; your backend triggers them through the Campaign Execute API."
      />
      <Stack gap="lg">
        <NextSteps />
        {hasPage("executions") && can("results.read") && <LatestExecutions />}
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
          <FirstCall />
          {can("messages.read") && <LatestInSandbox />}
        </SimpleGrid>
      </Stack>
    </>
  );
}
