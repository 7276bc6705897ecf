import type { PageRoute } from "../../router/page-route.ts";

const list = (path: string, title: string): PageRoute => ({
  path,
  title,
  permission: "campaigns.read",
  load: () => import("./list-page.tsx"),
});

export const pages: readonly PageRoute[] = [
  {
    path: "campaigns/new",
    title: "Create campaign",
    permission: "campaigns.edit",
    load: () => import("./create-page.tsx"),
  },
  list("campaigns/live", "Live campaigns"),
  list("campaigns/drafts", "Drafts"),
  list("campaigns/past", "Past campaigns"),
  {
    path: "campaigns/$id",
    title: "Campaign",
    permission: "campaigns.read",
    load: () => import("./overview-page.tsx"),
  },
  {
    path: "campaigns/$id/$tab",
    title: "Campaign",
    permission: "campaigns.read",
    load: () => import("./editor-page.tsx"),
  },
];
