import type { PageRoute } from "../../router/page-route.ts";

export const pages: readonly PageRoute[] = [
  {
    path: "settings/health",
    title: "Health",
    permission: "health.read",
    load: () => import("./health-page.tsx"),
  },
];
