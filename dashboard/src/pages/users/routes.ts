import type { PageRoute } from "../../router/page-route.ts";

export const pages: readonly PageRoute[] = [
  {
    path: "settings/users",
    title: "Users and roles",
    permission: "users.manage",
    load: () => import("./users-page.tsx"),
  },
];
