/** Who is signed in, their projects, and what their role may do there; and the settings of one project. */
import { queryOptions } from "@tanstack/react-query";
import { keys } from "./query-keys.ts";
import { request } from "./request.ts";

export interface Me {
  readonly user: {
    readonly id: number;
    readonly email: string;
    readonly name: string;
    readonly has_totp: boolean;
  };
  readonly projects: readonly MyProject[];
  readonly region: string;
  readonly version: string;
  readonly instance: { readonly url: string };
}

export interface MyProject {
  readonly id: number;
  readonly name: string;
  readonly role: string;
  readonly role_label: string;
  readonly permissions: readonly string[];
}

export const meQuery = () =>
  queryOptions({
    queryKey: keys.me(),
    queryFn: ({ signal }) => request<Me>("/me", { projectId: null, signal }),
    staleTime: 60_000,
  });

/** What GET /project gives; the settings page knows more of it. */
export interface ProjectSettings {
  readonly name: string;
  /** IANA name. */
  readonly time_zone: string;
}

export const projectSettingsQuery = (projectId: number) =>
  queryOptions({
    queryKey: keys.one(projectId, "project", "settings"),
    queryFn: ({ signal }) => request<ProjectSettings>("/project", { projectId, signal }),
    staleTime: 300_000,
  });
