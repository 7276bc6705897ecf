/** What a run prints: the counts, the verdict, and how to play it again. */
import { readCommit } from "../../bench/machine.ts";
import type { BatteryReport } from "./battery.ts";
import type { PhaseResult, Quantiles } from "./load-plan.ts";
import type { OutageReport } from "./outage.ts";
import { CONNECTIONS, type OverloadReport } from "./overload.ts";
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

export function renderOverload(report: OverloadReport): string {
  const { overload, before, after, kept } = report;
  const recovered = report.recoveredSeconds;
  const lines = [
    `Carillon chaos, ${report.factor} times the sustainable rate for ${report.seconds} s, commit ${readCommit()}`,
    `sustainable     ${Math.round(report.sustainable)} calls/s, accepted and delivered`,
    ...[before, overload, after].flatMap(phaseLines),
    `client          ${CONNECTIONS} connections, ${report.waited} calls found none free (their wait is in the times); ` +
      `the client's own delay before a call, not in the times: ${times(overload.queued)}; ` +
      `its event loop late by ${overload.loopDelayP99Ms.toFixed(1)} ms (p99), which is in the times; ` +
      `${percent(overload.clientCpu)} of a core`,
    ...slowSeconds(overload),
    `kept            ${kept.accepted} accepted: ${kept.missing} without execution, ${kept.undelivered} not delivered, ` +
      `${kept.twice} more than once; ${kept.unasked} done without a 200`,
    `memory          API ${peaks(report.apiMb)}; workers ${peaks(report.workersMb)} (peaks of 5 s, first to last)`,
    `recovered       ${recovered === null ? "NOT" : `${recovered} s`} after the load; ` +
      `all delivered ${report.drainSeconds.toFixed(1)} s after the last call`,
    `logged          ${Object.entries(report.logged)
      .map(([words, count]) => `${count} x ${words}`)
      .join("; ")}`,
    ...verdict(report.violations),
    `play it again   npm run chaos -- --overload ${report.seconds} --factor ${report.factor}`,
  ];
  return `${lines.join("\n")}\n`;
}

function phaseLines(phase: PhaseResult): string[] {
  const statuses = Object.entries(phase.statuses).map(([status, count]) => `${status}: ${count}`);
  return [
    `${phase.name.padEnd(16)}${phase.callsPerSecond} calls/s for ${phase.seconds} s; ${statuses.join(", ")}`,
    `  accepted      ${times(phase.accepted)}`,
    ...(phase.refused.count === 0
      ? []
      : [`  503           ${times(phase.refused)}; p99 by second: ${bySecond(phase.refusedP99Ms)}`]),
  ];
}

/** A client that is late itself, though it needs a third of a core, tells of a machine that others keep busy. */
function slowSeconds({ refusedP99Ms, queuedP99Ms }: PhaseResult): string[] {
  const slow = refusedP99Ms.flatMap((ms, second) => (ms > 50 ? [second] : []));
  const sorted = refusedP99Ms.toSorted((x, y) => x - y);
  const middle = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const late = slow.filter((second) => (queuedP99Ms[second] ?? 0) > 20).length;
  return [
    `slow seconds    p99 of the 503s above 50 ms in ${slow.length} of ${sorted.length} seconds (the client itself was late by ` +
      `20 ms and more in ${late} of them); in the middle one ${middle.toFixed(0)} ms`,
  ];
}

const times = ({ p50Ms, p99Ms, maxMs }: Quantiles): string =>
  `p50 ${p50Ms.toFixed(1)}, p99 ${p99Ms.toFixed(1)}, most ${maxMs.toFixed(0)} ms`;
const bySecond = (ms: readonly number[]): string => ms.map((value) => Math.round(value)).join(" ");
const percent = (share: number): string => `${Math.round(share * 100)} %`;
const peaks = (mb: readonly number[]): string =>
  `${Math.round(Math.max(...mb))} MB (${mb.map((value) => Math.round(value)).join(" ")})`;

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
