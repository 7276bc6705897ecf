/**
 * The way of one target through the pipeline, told from what is stored. Pure. The steps are those of the pipeline
 * (docs/concepts/messages.md); what did not happen yet or was not reached is left out.
 */
import { outcomeOf, STATUSES } from "../../domain/message.ts";
import { secondsOf } from "../../domain/unix-time.ts";
import { EVENT_STATES } from "../../domain/webhook-retry.ts";
import type { LoggedExecution } from "../../store/execution-log.ts";
import type { ToldEvent } from "../../store/explain.ts";
import type { LoggedAttempt, LoggedMessage } from "../../store/message-log.ts";

export interface Step {
  readonly step: "accept" | "resolve" | "admit" | "render" | "open" | "send" | "settle" | "receipt";
  /** Unix seconds; null where nobody wrote the time down. */
  readonly at: number | null;
  readonly result: string;
  readonly detail: string | null;
}

export interface MessageFacts {
  readonly message: LoggedMessage;
  readonly attempts: readonly LoggedAttempt[];
  readonly events: readonly ToldEvent[];
}

const RENDER_REASONS: ReadonlySet<string> = new Set(["invalid_content", "template_budget"]);

export function acceptStep(execution: LoggedExecution): Step {
  const sendAt = execution.sendAt.toISOString();
  const isLater = execution.sendAt.getTime() > execution.createTime.getTime();
  const targets = `${execution.targets} ${execution.targets === 1 ? "target" : "targets"}`;
  const detail = [
    `Request ${execution.requestId} named ${targets} by ${execution.targetBy}; version ${execution.version}.`,
    ...(isLater ? [`To be sent at ${sendAt}.`] : []),
    ...(execution.resentFrom === null
      ? []
      : [`Sends failed messages of execution ${execution.resentFrom} again.`]),
  ];
  return {
    step: "accept",
    at: secondsOf(execution.createTime),
    result: "accepted",
    detail: detail.join(" "),
  };
}

/** All steps of a target that has its row. */
export function stepsOf(execution: LoggedExecution, facts: MessageFacts): Step[] {
  return [
    acceptStep(execution),
    ...preparation(facts.message),
    ...sends(facts),
    settleStep(facts),
    ...receipts(facts),
  ];
}

/** resolve, admit, render and open: they happen within one slice, whose time is the row's. */
function preparation(message: LoggedMessage): Step[] {
  const at = secondsOf(message.createTime);
  const { reason, error } = message;
  const row: Step = { step: "open", at, result: "written", detail: `Message ${message.id}.` };
  if (reason === "gave_up") return [row];
  const resolved = resolveStep(message, at);
  if (resolved.result === "nobody") return [resolved, row];
  const ended = endedBeforeSending(message);
  if (ended === null) {
    const admitted: Step = { step: "admit", at, result: "admitted", detail: null };
    return [resolved, admitted, { step: "render", at, result: "rendered", detail: null }, row];
  }
  if (!RENDER_REASONS.has(ended)) {
    return [resolved, { step: "admit", at, result: ended, detail: error }, row];
  }
  const admitted: Step = { step: "admit", at, result: "admitted", detail: null };
  return [resolved, admitted, { step: "render", at, result: reason ?? ended, detail: error }, row];
}

function resolveStep(message: LoggedMessage, at: number): Step {
  const { profileId, userId, deviceId } = message;
  if (profileId === null) {
    return {
      step: "resolve",
      at,
      result: "nobody",
      detail: `${message.target} leads to no profile or device.`,
    };
  }
  const device = deviceId === null ? "" : `, device ${deviceId}`;
  const user = userId === null ? "" : ` (${userId})`;
  return { step: "resolve", at, result: "found", detail: `Profile ${profileId}${user}${device}.` };
}

/** What ended a message that was never handed over; null for all others. */
function endedBeforeSending(message: LoggedMessage): string | null {
  if (message.tries > 0) return null;
  const outcome = outcomeOf(message.status);
  if (outcome === "skipped") return message.reason ?? outcome;
  return outcome === "cancelled" || outcome === "expired" ? outcome : null;
}

function sends({ message, attempts }: MessageFacts): Step[] {
  const tried = attempts.map(
    (attempt): Step => ({
      step: "send",
      at: secondsOf(attempt.at),
      result: attempt.outcome,
      detail: `Try ${attempt.no} through ${attempt.gateway}: ${attempt.detail}`,
    }),
  );
  if (message.status === STATUSES.sending) {
    const detail = `Try ${message.tries} is under way, or its worker stopped and another takes it over.`;
    return [...tried, { step: "send", at: null, result: "under_way", detail }];
  }
  if (message.sentTime === null) return tried;
  const provider = message.providerId === null ? "" : `, which calls it ${message.providerId}`;
  const detail = `Try ${message.tries} was taken by the gateway${provider}.`;
  return [...tried, { step: "send", at: secondsOf(message.sentTime), result: "accepted", detail }];
}

function settleStep({ message, attempts }: MessageFacts): Step {
  const at = message.sentTime ?? attempts.at(-1)?.at ?? (message.tries === 0 ? message.createTime : null);
  const detail = [message.reason, message.error].filter((text) => text !== null).join(": ");
  return {
    step: "settle",
    at: at === null ? null : secondsOf(at),
    result: outcomeOf(message.status),
    detail: detail === "" ? null : detail,
  };
}

const STATE_TEXTS: Readonly<Record<number, string>> = {
  [EVENT_STATES.waiting]: "waits to be posted",
  [EVENT_STATES.claimed]: "is being posted",
  [EVENT_STATES.delivered]: "was delivered",
  [EVENT_STATES.exhausted]: "was given up",
};

/** What the provider told later, and what the customer's endpoints were told. */
function receipts({ message, events }: MessageFacts): Step[] {
  const told = events.map((event): Step => {
    const answer = event.lastDetail === null ? "" : ` (${event.lastDetail})`;
    const detail = `Webhook ${event.event} to ${event.connection} ${STATE_TEXTS[event.state] ?? ""}${answer}.`;
    return { step: "receipt", at: secondsOf(event.createTime), result: event.event, detail };
  });
  const times = [
    ["delivered", message.deliveryTime],
    ["opened", message.openTime],
    ["clicked", message.clickTime],
  ] as const;
  const seen = times.flatMap(([result, time]): Step[] =>
    time === null ? [] : [{ step: "receipt", at: secondsOf(time), result, detail: null }],
  );
  return [...seen, ...told];
}
