/** How the work stands, as /api/app gives it, and what its numbers mean. */
import type { HealthView as Health } from "../../../../server/src/actions/health/view-health.ts";

export type { Health };
export type Lane = Health["queue"][number];
export type Worker = Health["workers"][number];
export type WebhookAge = Health["webhooks"][number];

export interface Trouble {
  readonly tone: "bad" | "warn";
  readonly title: string;
  readonly text: string;
}

/** Waiting that people notice. */
const LATE_SECONDS = 60;
/** From here on the database cannot tidy up behind it. */
const OLD_TRANSACTION_SECONDS = 300;

/** What needs somebody, the gravest first. */
export function troublesOf({ database, queue, workers, breakers, webhooks }: Health): readonly Trouble[] {
  const waiting = queue.reduce((sum, lane) => sum + lane.waiting, 0);
  const late = queue.filter((lane) => lane.oldest_seconds >= LATE_SECONDS);
  const isAnyoneAlive = workers.some(({ alive }) => alive);
  const troubles: Trouble[] = [];
  if (!isAnyoneAlive) {
    const text =
      waiting === 0
        ? "What is accepted from now on waits until one starts."
        : `${waiting} messages wait until one starts. None is lost.`;
    troubles.push({ tone: "bad", title: "No worker is running", text });
  }
  if (isAnyoneAlive && late.length > 0) {
    const oldest = Math.max(...late.map((lane) => lane.oldest_seconds));
    troubles.push({
      tone: "warn",
      title: `Messages wait for ${ageWords(oldest)}`,
      text: "More comes in than the workers send. Start another worker, or look whether a gateway is slow.",
    });
  }
  if (breakers.length > 0) {
    troubles.push({
      tone: "warn",
      title: breakers.length === 1 ? "A gateway rests" : `${breakers.length} gateways rest`,
      text: "It failed many times in a row and is left alone for a few seconds at a time. Its messages wait and use up no tries.",
    });
  }
  if (webhooks.some(({ state }) => state === "disabled")) {
    troubles.push({
      tone: "warn",
      title: "A webhook is switched off",
      text: "Its endpoint failed for too long and was switched off. Repair it, then switch the webhook on again.",
    });
  }
  if (database.oldest_transaction_seconds >= OLD_TRANSACTION_SECONDS) {
    troubles.push({
      tone: "warn",
      title: `A transaction is open for ${ageWords(database.oldest_transaction_seconds)}`,
      text: "While it is, the database cannot clear away old rows and grows slower. Find who holds it.",
    });
  }
  return troubles;
}

/** "0 s", "42 s", "5 min", "3 h" */
export function ageWords(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3_600)} h`;
}

interface LaneWords {
  readonly label: string;
  readonly text: string;
}

const LANE_WORDS: Readonly<Record<string, LaneWords>> = {
  otp: { label: "Codes", text: "One-time codes. They go before everything else." },
  transactional: { label: "Transactional", text: "To few people: receipts, alerts." },
  triggered: { label: "Triggered", text: "Sent by what people did." },
  bulk: { label: "Bulk", text: "To many people. It gives way to the lanes before." },
  imports: { label: "Imports", text: "Work on data. It goes last." },
};

export const laneWords = (name: string): LaneWords => LANE_WORDS[name] ?? { label: name, text: "" };

const OWN_GATEWAYS: Readonly<Record<string, string>> = {
  "7": "This project's email gateway",
  "9": "This project's SMS gateway",
};

/** A project's own gateway is named "project:type:version", the instance's by a word. */
export function gatewayWords(name: string): string {
  const [, type = ""] = name.split(":");
  return OWN_GATEWAYS[type] ?? `The instance's gateway ${name}`;
}
