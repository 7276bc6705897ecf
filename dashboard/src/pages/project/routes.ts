import type { PageRoute } from "../../router/page-route.ts";

export const pages: readonly PageRoute[] = [
  {
    path: "settings/project",
    title: "Project",
    permission: "settings.read",
    load: () => import("./project-page.tsx"),
  },
];
