import type { PageRoute } from "../../router/page-route.ts";

export const pages: readonly PageRoute[] = [
  {
    path: "settings/gateways",
    title: "Gateways",
    permission: "gateways.manage",
    load: () => import("./gateways-page.tsx"),
  },
  {
    path: "settings/gateways/$channel",
    title: "Gateway",
    permission: "gateways.manage",
    load: () => import("./gateway-page.tsx"),
  },
];
