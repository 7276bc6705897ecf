import type { PageRoute } from "../../router/page-route.ts";

const permission = "credentials.manage" as const;

export const pages: readonly PageRoute[] = [
  {
    path: "settings/api",
    title: "API integrations",
    permission,
    load: () => import("./integrations-page.tsx"),
  },
  { path: "settings/api/$id", title: "Client ID", permission, load: () => import("./client-page.tsx") },
];
