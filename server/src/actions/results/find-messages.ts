/**
 * The message log: one search text that may be a user id, an address, a reference, a message's, execution's or
 * request's id, and filters beside it. What the text means is looked up first, then each meaning reads its own index.
 */
import { parseEmail, parsePhone } from "../../domain/address.ts";
import { bucketOf, isUserId, parseId } from "../../domain/ids.ts";
import { emailKey, KEY_KINDS } from "../../domain/profile.ts";
import { inProject, type Tx } from "../../store/db.ts";
import { findLoggedExecution, listExecutionPlaces } from "../../store/execution-log.ts";
import { type MessageFilters, type SearchKeys, searchMessages } from "../../store/message-log.ts";
import { listByLookupKey, listProfilesById, listProfilesByUserId } from "../../store/profiles.ts";
import type { Context } from "../context.ts";
import { type MessageView, viewMessage } from "./message-view.ts";

export interface MessageQuestion {
  /** "" asks for all. */
  readonly text: string;
  readonly filters: Omit<MessageFilters, "execution">;
  readonly executionId: number | null;
  /** Only ids below this. */
  readonly before: number | null;
  readonly limit: number;
}

export interface MessageList {
  readonly rows: readonly MessageView[];
  /** Where the next page begins, or null at the end. */
  readonly next: number | null;
}

/** People who share an address: enough for every way to write it. */
const MAX_SHARING = 20;
/** Executions of one request id: a caller that sends the same one for ever finds its newest. */
const MAX_EXECUTIONS = 100;

export async function findMessages(
  context: Context,
  projectId: number,
  asked: MessageQuestion,
): Promise<MessageList> {
  return await inProject(context.app, projectId, async (tx) => {
    const { executionId, before, limit } = asked;
    const execution = executionId === null ? null : await findLoggedExecution(tx, projectId, executionId);
    // An execution that is not here has no messages; left out of the filters it would find all.
    if (executionId !== null && execution === null) return { rows: [], next: null };
    const search = asked.text === "" ? null : await meaningsOf(tx, projectId, asked.text);
    const filters = { ...asked.filters, execution };
    const found = await searchMessages(tx, projectId, { filters, search, before, limit: limit + 1 });
    const rows = found.slice(0, limit).map(viewMessage);
    return { rows, next: found.length > limit ? (rows.at(-1)?.id ?? null) : null };
  });
}

async function meaningsOf(tx: Tx, projectId: number, text: string): Promise<SearchKeys> {
  const id = parseId(text);
  const number = id.ok ? id.value : null;
  const person = isUserId(text) ? [{ bucket: bucketOf(text), userId: text }] : [];
  const [executions, people, addresses] = await Promise.all([
    listExecutionPlaces(tx, projectId, { id: number, requestId: text, limit: MAX_EXECUTIONS }),
    listProfilesByUserId(tx, projectId, person, false),
    addressesOf(tx, projectId, text),
  ]);
  return {
    messageId: number,
    executions,
    reference: text,
    target: text,
    addresses,
    profileIds: people.map((profile) => profile.id),
  };
}

/**
 * The forms in which messages may have an address: as it was typed, in lower case, and as the people who have it now
 * write it. (An index that folds case is of no use under row-level security.)
 */
async function addressesOf(tx: Tx, projectId: number, text: string): Promise<string[]> {
  const phone = parsePhone(text);
  if (phone.ok) return [phone.value];
  const email = parseEmail(text);
  if (!email.ok) return [];
  const key = emailKey(email.value.address);
  const found = await listByLookupKey(tx, projectId, [{ kind: KEY_KINDS.email, key, bucket: bucketOf(key) }]);
  const ids = found.slice(0, MAX_SHARING).map((row) => row.profileId);
  const people = await listProfilesById(tx, projectId, ids, false);
  const written = people.flatMap(({ system }) => (typeof system.email === "string" ? [system.email] : []));
  return [...new Set([email.value.address, key, ...written])];
}
