/** The project of the page, and what its reader may do there. */
import { createContext, useContext } from "react";
import type { Permission } from "../../../server/src/domain/role.ts";
import type { Me, MyProject } from "../api/me.ts";

export type { Permission };

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
