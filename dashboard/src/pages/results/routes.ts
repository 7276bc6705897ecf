import type { PageRoute } from "../../router/page-route.ts";
import { messagesReadAt } from "./messages-read.ts";

export const pages: readonly PageRoute[] = [
  {
    path: "campaigns/$id/results",
    title: "Results",
    permission: "results.read",
    load: () => import("./campaign-results-page.tsx"),
  },
  {
    path: "executions",
    title: "Executions",
    permission: "results.read",
    load: () => import("./executions-page.tsx"),
  },
  {
    path: "executions/$id",
    title: "Execution",
    permission: "results.read",
    load: () => import("./execution-page.tsx"),
  },
  {
    path: "executions/$id/explain",
    title: "Explain",
    permission: "messages.read",
    load: () => import("./explain-page.tsx"),
  },
  {
    path: "messages",
    title: "Messages",
    permission: "messages.read",
    load: () => import("./messages-page.tsx"),
    firstList: messagesReadAt,
  },
  {
    path: "messages/$id",
    title: "Message",
    permission: "messages.read",
    load: () => import("./message-page.tsx"),
  },
];
