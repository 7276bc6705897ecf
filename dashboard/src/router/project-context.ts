/** The project of the page, and what its reader may do there. */
import { createContext, useContext } from "react";
import type { Me, MyProject } from "../api/me.ts";

/** As domain/role.ts of the server names them. */
export type Permission =
  | "campaigns.read"
  | "results.read"
  | "settings.read"
  | "campaigns.edit"
  | "campaigns.launch"
  | "campaigns.test"
  | "messages.read"
  | "messages.resend"
  | "profiles.read"
  | "profiles.edit"
  | "profiles.erase"
  | "webhooks.manage"
  | "gateways.manage"
  | "settings.edit"
  | "credentials.manage"
  | "users.manage"
  | "audit.read"
  | "health.read";

export interface Project extends MyProject {
  readonly me: Me;
  /** The project's, IANA name. */
  readonly timeZone: string;
  can(permission: Permission | null): boolean;
  /** The address of a page of this project: path("webhooks/3"). */
  path(below?: string): string;
}

export const ProjectContext = createContext<Project | null>(null);

/** @throws when it is used outside the pages of a project: a mistake in the code. */
export function useProject(): Project {
  const project = useContext(ProjectContext);
  if (project === null) throw new Error("This part stands outside any project.");
  return project;
}

export function projectOf(me: Me, row: MyProject, timeZone: string): Project {
  const granted = new Set(row.permissions);
  return {
    ...row,
    me,
    timeZone,
    can: (permission) => permission === null || granted.has(permission),
    path: (below = "") => `/p/${row.id}${below === "" ? "" : `/${below}`}`,
  };
}
