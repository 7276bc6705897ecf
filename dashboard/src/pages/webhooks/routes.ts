import type { PageRoute } from "../../router/page-route.ts";

const permission = "webhooks.manage" as const;

export const pages: readonly PageRoute[] = [
  { path: "settings/webhooks", title: "Webhooks", permission, load: () => import("./webhooks-page.tsx") },
  {
    path: "settings/webhooks/new",
    title: "New webhook",
    permission,
    load: () => import("./new-webhook-page.tsx"),
  },
  { path: "settings/webhooks/$id", title: "Webhook", permission, load: () => import("./webhook-page.tsx") },
];
