/** The project's name, time zone and switches, and the way to a new project. */
import { Button, Stack } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useRead } from "../../api/use-read.ts";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { KeyValue } from "../../components/key-value.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Panel } from "../../components/panel.tsx";
import { DateTime } from "../../components/time.tsx";
import { useProject } from "../../router/project-context.ts";
import { useUrlState } from "../../router/url-state.ts";
import { PagePending } from "../../shell/page-pending.tsx";
import { NewProject } from "./new-project.tsx";
import { ProjectForm } from "./project-form.tsx";
import type { ProjectSettings } from "./project-settings.ts";

const USUAL = { new: "" };

export default function ProjectPage() {
  const { can } = useProject();
  const [{ new: isNew }, set] = useUrlState(USUAL);
  const project = useRead<ProjectSettings>({ noun: "project", path: "/project" });
  const { data } = project;
  return (
    <>
      <PageHeader
        title="Project"
        hint="What holds for all campaigns and calls of this project."
        actions={
          can("users.manage") && (
            <Button
              variant="default"
              leftSection={<IconPlus size={16} aria-hidden />}
              onClick={() => set({ new: "1" })}
            >
              New project
            </Button>
          )
        }
      />
      {project.isPending && <PagePending />}
      {data === undefined && project.error !== null && (
        <ErrorNotice
          title="The project cannot be shown"
          error={project.error}
          retry={() => void project.refetch()}
        />
      )}
      {data !== undefined && (
        <Stack gap={20} maw={760}>
          <ProjectForm key={data.id} project={data} />
          <Panel title="About">
            <KeyValue
              facts={[
                { label: "Project ID", value: <code>{data.id}</code> },
                { label: "Created", value: <DateTime value={data.create_time} /> },
              ]}
            />
          </Panel>
        </Stack>
      )}
      <NewProject isOpen={isNew !== ""} close={() => set({ new: "" })} />
    </>
  );
}
