/** Did everybody get exactly one message, and was it theirs? Judged by what arrived, not by what the product says. */
import type { Received } from "../test/sinks/ledger.ts";
import type { SandboxRow } from "./database.ts";
import { type Channel, emailOf, expectedPieces, expectedSms, expectedSubject, phoneOf } from "./material.ts";

/** What a message looks like wherever it arrived. */
export interface Arrival {
  readonly to: string;
  readonly subject: string;
  /** An email as it came over the wire; of an SMS its text. */
  readonly text: string;
}

export interface Verdict {
  readonly arrived: number;
  readonly missing: number;
  /** Messages beyond the first to one address. */
  readonly twins: number;
  /** Messages that do not hold their target's own values. */
  readonly wrong: number;
  readonly isRight: boolean;
}

export const arrivalOfReceipt = (receipt: Received): Arrival => ({
  to: receipt.to,
  subject: receipt.subject,
  text: receipt.sink === "http" ? textOfSms(receipt.body ?? "{}") : (receipt.body ?? ""),
});

export const arrivalOfSandbox = (row: SandboxRow): Arrival => ({
  to: row.address,
  subject: "",
  text: textOfSms(row.content),
});

const textOfSms = (json: string): string => String((JSON.parse(json) as { text?: unknown }).text ?? "");

/** @param people the numbers of the people who must have got one message each, from `first` on. */
export function judge(
  channel: Channel,
  people: { first: number; count: number },
  arrivals: readonly Arrival[],
): Verdict {
  const numbers = new Map<string, number>();
  for (let n = people.first; n < people.first + people.count; n += 1) {
    numbers.set(channel === "sms" ? phoneOf(n) : emailOf(n), n);
  }
  const seen = new Set<string>();
  let wrong = 0;
  for (const arrival of arrivals) {
    seen.add(arrival.to);
    const n = numbers.get(arrival.to);
    if (n === undefined || !isOwn(channel, n, arrival)) wrong += 1;
  }
  const missing = [...numbers.keys()].filter((to) => !seen.has(to)).length;
  const twins = arrivals.length - seen.size;
  const isRight = missing === 0 && twins === 0 && wrong === 0;
  return { arrived: arrivals.length, missing, twins, wrong, isRight };
}

function isOwn(channel: Channel, n: number, arrival: Arrival): boolean {
  if (channel === "sms") return arrival.text === expectedSms(n);
  return (
    arrival.subject === expectedSubject(n) && expectedPieces(n).every((piece) => arrival.text.includes(piece))
  );
}
