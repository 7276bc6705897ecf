/** Campaigns as the API gives them, and the words and numbers that its fields go by. */
import type { CampaignView as Campaign } from "../../../../server/src/actions/campaigns/campaign-view.ts";
import type { CampaignCheck } from "../../../../server/src/actions/campaigns/check-campaign.ts";
import type { CampaignStateName } from "../../../../server/src/domain/campaign-state.ts";
import type { ChannelName } from "../../../../server/src/domain/channel.ts";

export type { CampaignRowView as CampaignRow } from "../../../../server/src/actions/campaigns/campaign-pages.ts";
export type { TemplateFaultView as TemplateFault } from "../../../../server/src/actions/campaigns/check-campaign.ts";
export type { ContractName, ParamsContract } from "../../../../server/src/domain/params-contract.ts";
export type { Campaign, CampaignCheck };
export type SmsCount = NonNullable<CampaignCheck["sms"]>;

/** The channels in the order of the tabs. */
export const CHANNELS = [
  "sms",
  "email",
  "webhook",
  "ios_push",
  "android_push",
  "web_push",
  "inbox",
] as const satisfies readonly ChannelName[];
export type Channel = ChannelName;

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

export const channelsOf = (campaign: Campaign): Channel[] =>
  CHANNELS.filter((channel) => campaign[channel] === 1);

/** What the tabs of the list are called, by the last part of their path. */
export const LISTS = {
  live: { state: "live", title: "Live campaigns" },
  drafts: { state: "draft", title: "Drafts" },
  past: { state: "past", title: "Past campaigns" },
} as const;

export const listOf = (state: CampaignStateName): keyof typeof LISTS => {
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
