/** What the server tells of executions, results and messages. Times are unix seconds. */
import type { Counts, Outcome } from "./outcome.ts";

export interface Execution {
  readonly id: number;
  readonly campaign_id: number;
  readonly campaign_title: string | null;
  readonly version: number;
  readonly create_time: number;
  readonly send_at: number;
  readonly target_by: string;
  readonly targets: number;
  readonly done: number;
  /** null where counting them for a list would take long. */
  readonly outcomes: Counts | null;
  readonly external_message_id: string | null;
  readonly request_id: string;
  readonly resent_from: number | null;
  readonly state: "waiting" | "running" | "done";
}

export interface ChannelCounts extends Counts {
  readonly message_type: number;
  readonly name: string;
}

export interface ExecutionDetail extends Execution {
  readonly progress: {
    readonly accepted: number;
    readonly done: number;
    readonly outcomes: Counts;
    readonly channels: readonly ChannelCounts[];
  };
}

export interface Results {
  readonly channels: readonly ChannelCounts[];
  readonly series: readonly (ChannelCounts & { readonly time: number })[];
  readonly reasons: readonly ReasonCount[];
  readonly time_zone: string;
}

export interface ReasonCount {
  readonly outcome: Outcome;
  readonly reason: string | null;
  readonly count: number;
}

export interface Message {
  readonly id: number;
  readonly create_time: number;
  readonly campaign_id: number;
  readonly campaign_title: string | null;
  readonly execution_id: number;
  readonly message_type: number;
  readonly message_type_name: string;
  readonly user_id: string | null;
  readonly profile_id: number | null;
  readonly target: string;
  readonly address: string | null;
  readonly outcome: Outcome;
  readonly reason: string | null;
  readonly error: string | null;
  readonly tries: number;
  readonly external_message_id: string | null;
  readonly provider_id: string | null;
  readonly sent_time: number | null;
  readonly delivery_time: number | null;
  readonly open_time: number | null;
  readonly click_time: number | null;
}

export interface Step {
  readonly step: "accept" | "resolve" | "admit" | "render" | "open" | "send" | "settle" | "receipt";
  readonly at: number | null;
  readonly result: string;
  readonly detail: string | null;
}

export interface Waiting {
  readonly for: "send_time" | "retry" | "gateway" | "turn" | "worker_busy";
  readonly since: number;
  readonly until: number | null;
  readonly lane: string;
  readonly detail: string;
}

/** What Explain says of one message, whether it has its row already or not. */
export interface Story {
  readonly outcome: string;
  readonly reason: string | null;
  readonly steps: readonly Step[];
  readonly waiting: Waiting | null;
  readonly content: Readonly<Record<string, unknown>> | null;
  readonly rendered_now: boolean;
  readonly problem: string | null;
}

export interface MessageDetail extends Message, Omit<Story, "outcome" | "reason"> {}

export interface Explained extends Story {
  readonly target: string;
  readonly channel: string;
  readonly message_type: number;
  readonly message_id: number | null;
}

export interface ResendGroup {
  readonly outcome: Outcome;
  readonly message_type: number;
  readonly name: string;
  readonly messages: number;
  /** Of them, those that went again already. */
  readonly resent: number;
}

export interface Resendable {
  readonly is_live: boolean;
  readonly groups: readonly ResendGroup[];
  readonly resent_by: readonly number[];
}

export interface Resent {
  readonly execution_id: number | null;
  readonly targets: number;
  readonly messages: number;
}
