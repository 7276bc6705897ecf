/**
 * The verdict after a run: the client's books, the sinks' logs and the database must tell one story.
 * I1 every acked target ends once, and if it was sent there is a receipt. I2 nothing arrived that nobody asked for.
 * I3 one execution a key. I4 nobody gets a message twice: never where the provider drops twins by their key,
 * elsewhere only what was in flight at a kill. I5 and I6 come from the sampler.
 */
import type { Sql } from "../../src/store/db.ts";
import type { Received } from "../sinks/ledger.ts";
import { type Channel, markOf, type PlannedCall, readMark } from "./call-plan.ts";
import {
  countOpenChunks,
  isEnded,
  listAmbiguous,
  listExecutionsByKey,
  listMessageStates,
  type MessageState,
  type StoredExecution,
} from "./inspection.ts";
import type { BookedCall } from "./ledger-client.ts";

export interface Evidence {
  readonly sql: Sql;
  readonly calls: readonly PlannedCall[];
  readonly books: ReadonlyMap<string, BookedCall>;
  readonly receipts: readonly Received[];
  /** Messages that stood as `sending` at some kill. */
  readonly inFlight: ReadonlySet<number>;
}

export interface Findings {
  readonly violations: readonly string[];
  /** Messages by their status. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly executions: number;
  readonly receipts: Readonly<Record<Channel, number>>;
  /** Receipts beyond the first of a message, at the dumb sink. */
  readonly duplicates: number;
  /** Of the messages in flight at kills, those for the dumb sink: no more may come twice. */
  readonly dumbInFlight: number;
  /** Messages whose answer was lost without a kill (faults of the gateway). */
  readonly ambiguous: number;
}

export interface Facts extends Omit<Evidence, "sql"> {
  readonly openChunks: number;
  readonly messages: readonly MessageState[];
  readonly executions: readonly StoredExecution[];
  readonly ambiguous: ReadonlySet<number>;
}

/** Reads the database and judges. */
export async function check({ sql, ...rest }: Evidence): Promise<Findings> {
  return judge({
    ...rest,
    openChunks: await countOpenChunks(sql),
    messages: await listMessageStates(sql),
    executions: await listExecutionsByKey(sql),
    ambiguous: new Set(await listAmbiguous(sql)),
  });
}

export function judge(facts: Facts): Findings {
  const { receipts, openChunks, messages, inFlight } = facts;
  const byMark = Map.groupBy(receipts, markOfReceipt);
  const twice = checkReceipts(facts, byMark);
  const count = (channel: Channel): number =>
    receipts.filter((receipt) => channelOf(receipt) === channel).length;
  return {
    violations: [
      ...(openChunks > 0 ? [`I1 ${openChunks} chunks are still open`] : []),
      ...checkEnds(facts, byMark),
      ...checkOrigins(facts, byMark),
      ...checkKeys(facts),
      ...twice.violations,
    ],
    statuses: countStatuses(messages),
    executions: facts.executions.length,
    receipts: { sms: count("sms"), email: count("email") },
    duplicates: twice.duplicates,
    dumbInFlight: messages.filter(({ id, messageType }) => messageType === EMAIL && inFlight.has(id)).length,
    ambiguous: facts.ambiguous.size,
  };
}

const EMAIL = 7;

type ByMark = ReadonlyMap<string, readonly Received[]>;

const channelOf = (receipt: Received): Channel => (receipt.sink === "http" ? "sms" : "email");

/** The text of an SMS and the subject of an email are the mark. */
export function markOfReceipt(receipt: Received): string {
  if (receipt.sink !== "http") return receipt.subject;
  return String((JSON.parse(receipt.body ?? "{}") as { text?: unknown }).text ?? "");
}

/** The key that the gateway saw ends with the message's id in base 36. */
export function messageIdOf(receipt: Received): number {
  const key = /^<?([A-Za-z0-9-]+)/.exec(receipt.key)?.[1] ?? "";
  return Number.parseInt(key.slice(key.lastIndexOf("-") + 1), 36);
}

function checkEnds({ calls, books, executions, messages }: Facts, byMark: ByMark): string[] {
  const byExecution = Map.groupBy(messages, (message) => message.executionId);
  const byKey = Map.groupBy(executions, (execution) => execution.key);
  return calls.flatMap((call) => {
    if (books.get(call.key)?.standing !== "acked") return [];
    const execution = byKey.get(call.key)?.[0];
    if (execution === undefined) return [`I1 call ${call.key} was acked and is not in the database`];
    const rows = Map.groupBy(byExecution.get(execution.id) ?? [], (message) => message.targetNo);
    return call.userIds.flatMap((_, no) => {
      const found = rows.get(no) ?? [];
      const mark = markOf(call, no);
      if (found.length !== 1) return [`I1 target ${mark} has ${found.length} messages`];
      const { status } = found[0] as MessageState;
      if (!isEnded(status)) return [`I1 target ${mark} has not ended, its status is ${status}`];
      const isSent = status >= SENT.from && status <= SENT.to;
      return isSent && !byMark.has(mark) ? [`I1 target ${mark} counts as sent and never arrived`] : [];
    });
  });
}

/** sent, delivered, opened, clicked (domain/message.ts). */
const SENT = { from: 2, to: 5 };

function checkOrigins({ books, calls }: Facts, byMark: ByMark): string[] {
  const sizes = new Map(calls.map((call) => [call.key, call.userIds.length]));
  return [...byMark.keys()].flatMap((mark) => {
    const read = readMark(mark);
    const book = read === null ? undefined : books.get(read.key);
    if (read === null || book === undefined || read.index >= (sizes.get(read.key) ?? 0)) {
      return [`I2 a message arrived that nobody asked for: ${mark}`];
    }
    return book.standing === "refused" ? [`I2 a message of a refused call arrived: ${mark}`] : [];
  });
}

function checkKeys({ books, executions }: Facts): string[] {
  const byKey = Map.groupBy(executions, (execution) => execution.key);
  const doubled = [...byKey]
    .filter(([, rows]) => rows.length > 1)
    .map(([key, rows]) => `I3 key ${key} has ${rows.length} executions`);
  const wrong = [...books.values()].flatMap((book) => {
    const row = byKey.get(book.key)?.[0];
    const isOne =
      book.executionIds.length <= 1 && (row === undefined || book.executionIds.every((id) => id === row.id));
    const problems = isOne ? [] : [`I3 key ${book.key} was answered with ${book.executionIds.join(", ")}`];
    if (row !== undefined && row.accepted !== book.targets)
      problems.push(`I3 execution ${row.id} has ${row.accepted} targets, asked were ${book.targets}`);
    return problems;
  });
  return [...doubled, ...wrong];
}

function checkReceipts(
  { inFlight, ambiguous }: Facts,
  byMark: ByMark,
): { violations: string[]; duplicates: number } {
  const violations: string[] = [];
  let duplicates = 0;
  for (const [mark, receipts] of byMark) {
    if (receipts.length === 1) continue;
    const ids = new Set(receipts.map(messageIdOf));
    if (ids.size > 1) violations.push(`I4 target ${mark} got ${ids.size} different messages`);
    if (receipts.some((receipt) => channelOf(receipt) === "sms")) {
      violations.push(`I4 target ${mark} got ${receipts.length} SMS`);
      continue;
    }
    duplicates += receipts.length - 1;
    const [id = 0] = ids;
    if (!inFlight.has(id) && !ambiguous.has(id)) {
      violations.push(
        `I4 message ${id} (${mark}) arrived ${receipts.length} times and was in flight at no kill`,
      );
    }
  }
  return { violations, duplicates };
}

function countStatuses(messages: readonly MessageState[]): Record<string, number> {
  const groups = Map.groupBy(messages, (message) => message.status);
  return Object.fromEntries([...groups].map(([status, rows]) => [status, rows.length]));
}
