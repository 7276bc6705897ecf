/** Every page of a project stands in this frame: who is signed in is known, they belong to the project, the rail is beside it. */
import { useQuery } from "@tanstack/react-query";
import { Outlet, useParams } from "@tanstack/react-router";
import { useEffect, useMemo } from "react";
import { isStatus } from "../api/api-error.ts";
import type { Me } from "../api/me.ts";
import { meQuery, projectSettingsQuery } from "../api/me.ts";
import { keepLastProject } from "../router/last-project.ts";
import { ProjectContext, projectOf } from "../router/project-context.ts";
import { Layout } from "./layout.tsx";
import { MeFault } from "./me-fault.tsx";
import { PagePending } from "./page-pending.tsx";
import { NotAMember } from "./words-pages.tsx";

export function ProjectFrame() {
  const me = useQuery(meQuery());
  if (me.data !== undefined && !isStatus(me.error, 401)) return <OfMember me={me.data} />;
  if (me.isPending) return <PagePending />;
  return <MeFault error={me.error} retry={() => void me.refetch()} />;
}

function OfMember({ me }: { readonly me: Me }) {
  const { projectId } = useParams({ strict: false }) as { projectId: string };
  const row = me.projects.find(({ id }) => String(id) === projectId);
  // Not waited for: until it is there, times are shown in UTC.
  const settings = useQuery({ ...projectSettingsQuery(row?.id ?? 0), enabled: row !== undefined });
  const timeZone = settings.data?.time_zone ?? "UTC";
  const project = useMemo(
    () => (row === undefined ? null : projectOf(me, row, timeZone)),
    [me, row, timeZone],
  );
  useEffect(() => {
    if (project !== null) keepLastProject(project.id);
  }, [project]);
  if (project === null) return <NotAMember me={me} projectId={projectId} />;
  return (
    <ProjectContext value={project}>
      {/* Nothing that a page keeps in its state may cross from one project to another. */}
      <Layout key={project.id}>
        <Outlet />
      </Layout>
    </ProjectContext>
  );
}
