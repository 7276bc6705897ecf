/** What a run prints: the counts, the verdict, and how to play it again. */
import { readCommit } from "../../bench/machine.ts";
import type { BatteryReport } from "./battery.ts";
import type { OutageReport } from "./outage.ts";
import type { ZombieReport } from "./zombie.ts";

/** More lines would only repeat the story. */
const MAX_VIOLATIONS = 20;

export function renderBattery(report: BatteryReport): string {
  const { options: o } = report;
  const kinds = Map.groupBy(report.kills, (kill) => kill.victim);
  const kills = [...kinds].map(([victim, records]) => `${victim} ${records.length}`).join(", ");
  const lines = [
    `Carillon chaos, seed ${o.seed}, commit ${readCommit()}, ${report.seconds.toFixed(0)} s`,
    `kills           ${report.kills.length}${kills === "" ? "" : ` (${kills})`}`,
    `calls           ${report.calls}: acked ${report.acked}, without an answer ${report.ambiguousCalls}; ` +
      `${report.retries} retries, ${report.replays} answered as replays`,
    `targets         ${report.targets}, acked ${report.ackedTargets}; executions ${report.executions}`,
    `messages        ${statusText(report.statuses)}`,
    `receipts        keyed sink ${report.receipts.sms} (${report.twinsDropped} twins dropped), ` +
      `dumb sink ${report.receipts.email}`,
    `duplicates      ${report.duplicates} at the dumb sink, of ${report.dumbInFlight} in flight to it at kills ` +
      `(both sinks: ${report.inFlight}); answers lost by faults ${report.ambiguous}`,
    `faults played   ${report.faultHits} (slow answers among them)`,
    ...recoveries(report.kills),
    `drain           ${milliseconds(report.drainMs)} from the last kill and call to an empty queue`,
    `accounts        ${report.samples} samples`,
    ...verdict(report.violations),
    `play it again   npm run chaos -- --seed ${o.seed} --kills ${o.kills} --targets ${o.targets} --sink ${o.sink}` +
      `${o.withFaults ? " --fault" : ""}`,
  ];
  return `${lines.join("\n")}\n`;
}

/** How long a killed worker's chunks lay idle; being claimed again may take longer, when all hands are full. */
function recoveries(kills: BatteryReport["kills"]): string[] {
  const hits = kills.flatMap(({ victim, recovery }) => (recovery === null ? [] : [{ victim, ...recovery }]));
  return [...Map.groupBy(hits, (hit) => hit.victim)].map(([victim, records]) => {
    const freed = milliseconds(Math.max(...records.map((hit) => hit.freedMs)));
    const claimed = milliseconds(Math.max(...records.map((hit) => hit.claimedMs)));
    const title = victim === "both" ? "worker and PostgreSQL" : "worker alone";
    return `recovery        ${title}: chunks back in the queue after ${freed} at most, claimed again after ${claimed} (${records.length} kills)`;
  });
}

export function renderZombie(report: ZombieReport): string {
  const lines = [
    `Carillon chaos, a worker stopped for ${Math.round(report.stoppedMs / 1000)} s, seed ${report.seed}, commit ${readCommit()}, ${report.seconds.toFixed(0)} s`,
    `held            ${report.heldChunks} chunks, ${report.inFlight} messages being sent`,
    `taken over      after ${milliseconds(report.takenOverMs)}, all done before the worker came back: ${report.doneBefore}`,
    `messages        ${statusText(report.statuses)}`,
    `duplicates      ${report.duplicates} at the dumb sink, keyed sink dropped ${report.twinsDropped} twins`,
    `come back       claimed new work after ${milliseconds(report.awakeMs)}; wrote ${report.changed} messages of those taken over`,
    ...verdict(report.violations),
    `play it again   npm run chaos -- --zombie --seed ${report.seed}`,
  ];
  return `${lines.join("\n")}\n`;
}

export function renderOutage(report: OutageReport): string {
  const events = Object.entries(report.events).map(([event, count]) => `${event} ${count}`);
  const lines = [
    `Carillon chaos, a webhook endpoint down for ${report.downSeconds} s, commit ${readCommit()}`,
    `events          ${events.join(", ")} of ${report.targets} targets`,
    `repeats         ${report.repeats}; wrong signatures ${report.badSignatures}`,
    `caught up       ${milliseconds(report.caughtUpMs)} after the endpoint came back`,
    ...verdict(report.violations),
    `play it again   npm run chaos -- --outage ${report.downSeconds}`,
  ];
  return `${lines.join("\n")}\n`;
}

function verdict(violations: readonly string[]): string[] {
  if (violations.length === 0) return ["verdict         no violation"];
  const shown = violations.slice(0, MAX_VIOLATIONS).map((violation) => `  ${violation}`);
  const more = violations.length > MAX_VIOLATIONS ? [`  and ${violations.length - MAX_VIOLATIONS} more`] : [];
  return [`verdict         ${violations.length} VIOLATIONS`, ...shown, ...more];
}

const NAMES = [
  "queued",
  "sending",
  "sent",
  "delivered",
  "opened",
  "clicked",
  "failed",
  "bounced",
  "expired",
  "cancelled",
  "unknown",
  "skipped",
];

const statusText = (statuses: Readonly<Record<string, number>>): string =>
  Object.entries(statuses)
    .map(([status, count]) => `${NAMES[Number(status)] ?? status} ${count}`)
    .join(", ");

const milliseconds = (ms: number | null): string => (ms === null ? "-" : `${(ms / 1000).toFixed(1)} s`);
