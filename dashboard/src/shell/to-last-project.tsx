/** `/` leads to the project that was looked at last, else to the first one; who belongs to none is told so. */
import { useQuery } from "@tanstack/react-query";
import { Navigate } from "@tanstack/react-router";
import { meQuery } from "../api/me.ts";
import { readLastProject } from "../router/last-project.ts";
import { MeFault } from "./me-fault.tsx";
import { PagePending } from "./page-pending.tsx";
import { NoProject } from "./words-pages.tsx";

export function ToLastProject() {
  const me = useQuery(meQuery());
  if (me.isPending) return <PagePending />;
  if (me.data === undefined) return <MeFault error={me.error} retry={() => void me.refetch()} />;
  const last = readLastProject();
  const project = me.data.projects.find(({ id }) => id === last) ?? me.data.projects[0];
  if (project === undefined) return <NoProject email={me.data.user.email} />;
  return <Navigate to={`/p/${project.id}`} replace />;
}
