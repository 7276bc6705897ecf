import type { PageRoute } from "../../router/page-route.ts";

export const pages: readonly PageRoute[] = [
  {
    path: "profiles",
    title: "User profiles",
    permission: "profiles.read",
    load: () => import("./profiles-page.tsx"),
  },
  {
    path: "profiles/$id",
    title: "User profile",
    permission: "profiles.read",
    load: () => import("./profile-page.tsx"),
  },
];
