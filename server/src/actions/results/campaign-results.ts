/**
 * What became of a campaign's messages: by channel, over time, and why not. The counts are exclusive (a delivered
 * message is not counted as sent too), so that each equals the rows that the message log shows under its filters.
 */
import { AppError } from "../../base/errors.ts";
import { nameOfType } from "../../domain/channel.ts";
import { type Outcome, outcomeOf, STATUSES } from "../../domain/message.ts";
import { listCampaignStates } from "../../store/campaigns.ts";
import { inProject } from "../../store/db.ts";
import { countResults, type ResultCount } from "../../store/message-log.ts";
import { findTimeZone } from "../../store/projects.ts";
import type { Context } from "../context.ts";

export type Counts = Record<Outcome, number>;

export interface CampaignResults {
  /** `targets` is the sum over the outcomes. */
  readonly channels: readonly ({ message_type: number; name: string; targets: number } & Counts)[];
  /** `time` is the unix second at which the hour or day begins in the project's time zone. */
  readonly series: readonly ({ time: number; message_type: number; name: string } & Counts)[];
  /** `reason` is null for outcomes that name none. */
  readonly reasons: readonly { outcome: Outcome; reason: string | null; count: number }[];
  readonly time_zone: string;
}

export interface ResultsQuestion {
  readonly campaignId: number;
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly unit: "hour" | "day";
}

const noCounts = (): Counts =>
  Object.fromEntries(Object.keys(STATUSES).map((outcome) => [outcome, 0])) as Counts;

/** @throws AppError not_found */
export async function campaignResults(
  context: Context,
  projectId: number,
  asked: ResultsQuestion,
): Promise<CampaignResults> {
  return await inProject(context.app, projectId, async (tx) => {
    const [campaign] = await listCampaignStates(tx, projectId, [asked.campaignId]);
    if (campaign === undefined) throw new AppError("not_found");
    const timeZone = await findTimeZone(tx, projectId);
    const counts = await countResults(tx, projectId, { ...asked, timeZone });
    return { ...summed(counts), time_zone: timeZone };
  });
}

function summed(counts: readonly ResultCount[]): Omit<CampaignResults, "time_zone"> {
  const byChannel = Map.groupBy(counts, (count) => count.messageType);
  const byTime = Map.groupBy(counts, (count) => `${count.time}:${count.messageType}`);
  const channels = [...byChannel].map(([type, group]) => ({
    message_type: type,
    name: nameOfType(type),
    targets: group.reduce((sum, { n }) => sum + n, 0),
    ...countsOf(group),
  }));
  const series = [...byTime.values()].map((group) => {
    const { time, messageType } = group[0] as ResultCount;
    return { time, message_type: messageType, name: nameOfType(messageType), ...countsOf(group) };
  });
  return {
    channels: channels.sort((a, b) => a.message_type - b.message_type),
    series: series.sort((a, b) => a.time - b.time || a.message_type - b.message_type),
    reasons: reasonsOf(counts),
  };
}

function countsOf(group: readonly ResultCount[]): Counts {
  const counts = noCounts();
  for (const { status, n } of group) counts[outcomeOf(status)] += n;
  return counts;
}

/** Outcomes that somebody may want to know the reason of. */
const NOT_DELIVERED: ReadonlySet<Outcome> = new Set<Outcome>([
  "failed",
  "bounced",
  "expired",
  "cancelled",
  "unknown",
  "skipped",
]);

function reasonsOf(counts: readonly ResultCount[]): CampaignResults["reasons"] {
  const bad = counts.filter(({ status }) => NOT_DELIVERED.has(outcomeOf(status)));
  const groups = [...Map.groupBy(bad, ({ status, reason }) => `${status}:${reason ?? ""}`).values()];
  return groups
    .map((group) => {
      const { status, reason } = group[0] as ResultCount;
      return { outcome: outcomeOf(status), reason, count: group.reduce((sum, { n }) => sum + n, 0) };
    })
    .sort((a, b) => b.count - a.count);
}
