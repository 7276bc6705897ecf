/** Who is signed in, their projects, and what their role may do there; and the settings of one project. */
import { queryOptions } from "@tanstack/react-query";
import type { ProjectView } from "../../../server/src/actions/projects/project-settings.ts";
import type { MeView as Me } from "../../../server/src/actions/users/own-account.ts";
import { keys } from "./query-keys.ts";
import { request } from "./request.ts";

export type { Me };
export type MyProject = Me["projects"][number];

export const meQuery = () =>
  queryOptions({
    queryKey: keys.me(),
    queryFn: ({ signal }) => request<Me>("/me", { projectId: null, signal }),
    staleTime: 60_000,
  });

export const projectSettingsQuery = (projectId: number) =>
  queryOptions({
    queryKey: keys.one(projectId, "project", "settings"),
    queryFn: ({ signal }) => request<ProjectView>("/project", { projectId, signal }),
    staleTime: 300_000,
  });
