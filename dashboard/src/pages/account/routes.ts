import type { PageRoute } from "../../router/page-route.ts";

export const pages: readonly PageRoute[] = [
  { path: "account", title: "Your account", permission: null, load: () => import("./account-page.tsx") },
];
