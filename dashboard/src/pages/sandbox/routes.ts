import type { PageRoute } from "../../router/page-route.ts";

export const pages: readonly PageRoute[] = [
  {
    path: "sandbox",
    title: "Sandbox",
    permission: "messages.read",
    load: () => import("./sandbox-page.tsx"),
  },
];
