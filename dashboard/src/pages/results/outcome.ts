/**
 * Outcomes of messages in groups that a person thinks in, and reasons in words. The groups hold every outcome once, so
 * that their counts add up to all messages.
 */
import type { FailReason, Outcome, SkipReason } from "../../../../server/src/domain/message.ts";

export type { Outcome };

/** In the order in which a message meets them; a record, so that none can be missing. */
const PLACES: Readonly<Record<Outcome, number>> = {
  queued: 0,
  sending: 1,
  sent: 2,
  delivered: 3,
  opened: 4,
  clicked: 5,
  failed: 6,
  bounced: 7,
  expired: 8,
  cancelled: 9,
  unknown: 10,
  skipped: 11,
};
export const OUTCOMES = Object.keys(PLACES) as readonly Outcome[];

export type Counts = Readonly<Partial<Record<Outcome, number>>>;

export interface OutcomeGroup {
  readonly label: string;
  readonly outcomes: readonly Outcome[];
  /** What the label means here. */
  readonly hint: string;
  /** A variable of the theme. */
  readonly color: string;
}

export const GROUPS: readonly OutcomeGroup[] = [
  {
    label: "Delivered",
    outcomes: ["delivered", "opened", "clicked"],
    hint: "A receipt says that it arrived; opened and clicked ones among them.",
    color: "--good",
  },
  {
    label: "Sent",
    outcomes: ["sent"],
    hint: "The gateway has it; no receipt has come yet.",
    color: "--info",
  },
  {
    label: "Failed",
    outcomes: ["failed", "bounced", "expired", "unknown"],
    hint: "Refused, bounced, not delivered in its time, or its answer was lost.",
    color: "--bad",
  },
  {
    label: "Skipped",
    outcomes: ["skipped", "cancelled"],
    hint: "Never handed over: no consent, no address, suppressed, campaign stopped.",
    color: "--ink-faint",
  },
  {
    label: "Waiting",
    outcomes: ["queued", "sending"],
    hint: "In the queue, under way, or to be tried again.",
    color: "--warn",
  },
];

export const countOf = (counts: Counts, outcomes: readonly Outcome[]): number =>
  outcomes.reduce((sum, outcome) => sum + (counts[outcome] ?? 0), 0);

export const totalOf = (counts: Counts): number => countOf(counts, OUTCOMES);

/** "no_address" -> "No address" */
export const sentenceCase = (name: string): string => {
  const words = name.replaceAll("_", " ");
  return words.slice(0, 1).toUpperCase() + words.slice(1);
};

const REASONS: Readonly<Record<SkipReason | FailReason, string>> = {
  unknown_target: "Leads to nobody",
  not_in_segment: "Not in the segment",
  no_address: "No address for this channel",
  unsubscribed: "Did not consent, or unsubscribed",
  suppressed: "On the suppression list",
  capped: "Had enough messages",
  quiet_hours_expired: "Quiet hours lasted too long",
  control_group: "In the control group",
  duplicate: "Named twice",
  invalid_content: "Content breaks a rule of the channel",
  template_budget: "Template took too long",
  erased: "Was erased",
  channel_off: "Channel is off",
  rejected: "Refused by the gateway",
  gave_up: "Given up after repeated crashes",
};

const WORDS: ReadonlyMap<string, string> = new Map(Object.entries(REASONS));

export const REASON_NAMES: readonly string[] = [...WORDS.keys()];

export const reasonWords = (reason: string | null): string =>
  reason === null ? "No reason given" : (WORDS.get(reason) ?? sentenceCase(reason));

/** Outcomes that say why by themselves. */
const WHY: Readonly<Record<string, string>> = {
  expired: "Not delivered in its time",
  bounced: "Came back from the provider",
  cancelled: "The campaign was stopped",
  unknown: "The gateway’s answer was lost",
};

/** Why a message did not arrive. */
export const whyWords = (outcome: string, reason: string | null): string =>
  reason === null ? (WHY[outcome] ?? reasonWords(null)) : reasonWords(reason);

const NUMBER = new Intl.NumberFormat("en");
export const figure = (count: number): string => NUMBER.format(count);

/** "1 message", "2,000 messages" */
export const counted = (count: number, noun: string, plural = `${noun}s`): string =>
  `${figure(count)} ${count === 1 ? noun : plural}`;
