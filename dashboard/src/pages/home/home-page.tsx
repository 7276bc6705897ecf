/** The overview of a project: what to do next while it is new, what is going on once it runs. */
import { SimpleGrid, Skeleton, Stack } from "@mantine/core";
import { lazy, Suspense } from "react";
import { PageHeader } from "../../components/page-header.tsx";
import { hasPage } from "../../router/page-route.ts";
import { useProject } from "../../router/project-context.ts";
import { FirstCall } from "./first-call.tsx";
import { LatestInSandbox } from "./latest-in-sandbox.tsx";
import { NextSteps } from "./next-steps.tsx";

/** With the table's machinery, which the first load can do without. */
const LatestExecutions = lazy(() => import("./latest-executions.tsx"));

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
        {hasPage("executions") && can("results.read") && (
          <Suspense fallback={<Skeleton height={180} radius="lg" />}>
            <LatestExecutions />
          </Suspense>
        )}
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
          <FirstCall />
          {can("messages.read") && <LatestInSandbox />}
        </SimpleGrid>
      </Stack>
    </>
  );
}
