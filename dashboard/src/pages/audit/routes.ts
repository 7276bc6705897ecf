import type { PageRoute } from "../../router/page-route.ts";

export const pages: readonly PageRoute[] = [
  {
    path: "settings/audit",
    title: "Audit log",
    permission: "audit.read",
    load: () => import("./audit-page.tsx"),
  },
];
