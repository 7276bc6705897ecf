/** What the server tells of executions, results and messages. Times are unix seconds. */
import type { Resendable } from "../../../../server/src/actions/executions/view-resendable.ts";
import type { CampaignResults as Results } from "../../../../server/src/actions/results/campaign-results.ts";
import type { ExecutionDetail } from "../../../../server/src/actions/results/execution-progress.ts";
import type { Explained } from "../../../../server/src/actions/results/explain.ts";

export type { Resent } from "../../../../server/src/actions/executions/resend-failed.ts";
export type { ExecutionView as Execution } from "../../../../server/src/actions/results/execution-progress.ts";
export type { MessageDetail } from "../../../../server/src/actions/results/explain.ts";
export type { Step } from "../../../../server/src/actions/results/message-steps.ts";
export type { MessageView as Message } from "../../../../server/src/actions/results/message-view.ts";
export type { ExecutionDetail, Explained, Resendable, Results };

/** Of an execution while it runs, or of a campaign's results. */
export type ChannelCounts = ExecutionDetail["progress"]["channels"][number];
export type ReasonCount = Results["reasons"][number];
export type ResendGroup = Resendable["groups"][number];

/** What Explain says of one message, whether it has its row already or not. */
export type Story = Omit<Explained, "target" | "channel" | "message_type" | "message_id">;
