/** Campaigns as the API gives them, and the words and numbers that its fields go by. */
import type { FieldErrors } from "../../api/api-error.ts";

export type CampaignState = "draft" | "live" | "stopped" | "past" | "closed";

export interface CampaignRow {
  readonly id: number;
  readonly title: string;
  readonly state: CampaignState;
  readonly version: number;
  readonly channels: readonly string[];
  readonly update_time: number;
  readonly updated_by: string | null;
  readonly activate_time: number | null;
}

export type MessageFields = Readonly<Record<string, unknown>>;

export interface Campaign extends Readonly<Record<string, unknown>> {
  readonly id: number;
  readonly title: string;
  readonly state: CampaignState;
  readonly version: number;
  readonly updated_by: string | null;
  readonly update_time: number;
  readonly activate_time: number | null;
  readonly messages: Readonly<Record<string, MessageFields | readonly never[]>>;
  readonly params_contract: ParamsContract;
}

export interface ContractName {
  readonly name: string;
  readonly type: string;
  readonly filters: readonly string[];
  readonly source: "profile" | "param" | "either";
  readonly required: boolean;
  readonly used_in: readonly string[];
  readonly at: readonly { readonly field: string; readonly line: number; readonly column: number }[];
  readonly fields: Readonly<Record<string, string>>;
}

export interface ParamsContract {
  readonly names: readonly ContractName[];
  readonly warnings: readonly { readonly name: string; readonly message: string }[];
}

export interface TemplateFault {
  readonly field: string;
  readonly message_type: number;
  readonly language: string | null;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface SmsCount {
  readonly encoding: "gsm7" | "ucs2";
  readonly characters: number;
  readonly units: number;
  readonly parts: number;
  readonly text: string;
  readonly is_example: boolean;
}

export interface CampaignCheck {
  readonly errors: FieldErrors;
  readonly launch_errors: FieldErrors;
  readonly templates: readonly TemplateFault[];
  readonly params_contract: ParamsContract;
  readonly example_params: Readonly<Record<string, unknown>>;
  readonly sms: SmsCount | null;
}

/** The channels in the order of the tabs. */
export const CHANNELS = ["sms", "email", "webhook", "ios_push", "android_push", "web_push", "inbox"] as const;
export type Channel = (typeof CHANNELS)[number];

/** The key of each channel's message. */
export const MESSAGE_TYPES: Readonly<Record<Channel, string>> = {
  ios_push: "1",
  android_push: "2",
  web_push: "3",
  inbox: "6",
  email: "7",
  webhook: "8",
  sms: "9",
};

export const isChannel = (name: string): name is Channel => Object.hasOwn(MESSAGE_TYPES, name);

export const channelsOf = (campaign: Campaign): Channel[] =>
  CHANNELS.filter((channel) => campaign[channel] === 1);

/** What the tabs of the list are called, by the last part of their path. */
export const LISTS = {
  live: { state: "live", title: "Live campaigns" },
  drafts: { state: "draft", title: "Drafts" },
  past: { state: "past", title: "Past campaigns" },
} as const;

export const listOf = (state: CampaignState): keyof typeof LISTS => {
  if (state === "draft") return "drafts";
  return state === "live" ? "live" : "past";
};

const FIELD_WORDS: Readonly<Record<string, string>> = {
  sms_from: "SMS sender",
  sms_text: "SMS text",
  email_subject: "subject",
  email_from: "from address",
  email_from_name: "from name",
  email_reply_to: "reply-to",
  email_html: "email HTML",
  email_mjml: "email MJML",
  email_text: "plain text",
  email_preheader: "preheader",
  webhook_url: "webhook URL",
  webhook_body: "webhook body",
  webhook_headers: "webhook headers",
  push_title: "push title",
  push_text: "push text",
  text: "push text",
};

/** A field of the API in words; its own name where there are none. */
export const fieldWords = (name: string): string => FIELD_WORDS[name] ?? name.replaceAll("_", " ");
