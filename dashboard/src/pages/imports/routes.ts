import type { PageRoute } from "../../router/page-route.ts";

export const pages: readonly PageRoute[] = [
  {
    path: "imports",
    title: "Imports",
    permission: "profiles.edit",
    load: () => import("./imports-page.tsx"),
  },
  {
    path: "imports/new",
    title: "Import a file",
    permission: "profiles.edit",
    load: () => import("./upload-page.tsx"),
  },
  {
    path: "imports/$id",
    title: "Import",
    permission: "profiles.edit",
    load: () => import("./import-page.tsx"),
  },
];
