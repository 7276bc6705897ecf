import type { PageRoute } from "../../router/page-route.ts";

export const pages: readonly PageRoute[] = [
  { path: "", title: "Overview", permission: null, load: () => import("./home-page.tsx") },
];
