/**
 * How a folder under pages/ offers its pages: `export const pages: readonly PageRoute[]` in its routes.ts. The router
 * finds them by itself, so that a new noun touches no file of another.
 */
import type { FunctionComponent } from "react";
import type { Read } from "../api/use-read.ts";
import type { Permission } from "./project-context.ts";

export interface PageRoute {
  /** Below /p/:projectId, in the router's notation: "campaigns/$id/content". */
  readonly path: string;
  /** What the page is called where it cannot say so itself: while it loads, and when it may not be seen. */
  readonly title: string;
  /** null: everybody of the project may see it. */
  readonly permission: Permission | null;
  /** Loaded when it is first needed, or when the pointer rests on a link to it. */
  readonly load: () => Promise<{ default: FunctionComponent }>;
  /** The list that it begins with, as its address asks for it: asked while the page itself still loads. */
  readonly firstList?: (search: Readonly<Record<string, unknown>>, nowMs: number) => Read;
}

const modules = import.meta.glob<{ pages: readonly PageRoute[] }>("../pages/*/routes.ts", { eager: true });

export const PAGE_ROUTES: readonly PageRoute[] = Object.values(modules).flatMap(({ pages }) => pages);

const PATHS: ReadonlySet<string> = new Set(PAGE_ROUTES.map(({ path }) => path));

/** Whether there is a page at exactly this path; links to what is not there are not shown. */
export const hasPage = (path: string): boolean => PATHS.has(path);
