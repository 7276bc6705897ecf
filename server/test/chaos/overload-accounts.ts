/** Compares what the overload run's client was told with what the database and the sandbox hold. */
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import type { Sql } from "../../src/store/db.ts";
import { markOf } from "./load-request.ts";

export interface Kept {
  readonly accepted: number;
  /** Accepted, and the execution that the answer named is not there or is another call's. */
  readonly missing: number;
  readonly undelivered: number;
  readonly twice: number;
  /** Done, though the caller was told otherwise. */
  readonly unasked: number;
}

export async function readKept(
  sql: Sql,
  { acceptedFile, firstNo }: { acceptedFile: string; firstNo: number },
): Promise<Kept> {
  const accepted = await readAccepted(acceptedFile);
  const executions = await readExecutions(sql, firstNo);
  const delivered = await countDelivered(sql, firstNo);
  const nos = [...accepted.keys()];
  const done = new Set([...executions.values(), ...delivered.keys()]);
  return {
    accepted: accepted.size,
    missing: nos.filter((no) => executions.get(accepted.get(no) ?? 0) !== no).length,
    undelivered: nos.filter((no) => !delivered.has(no)).length,
    twice: [...delivered.values()].filter((times) => times > 1).length,
    unasked:
      [...done].filter((no) => !accepted.has(no)).length +
      (executions.size - new Set(executions.values()).size),
  };
}

/** @returns executions by the number of their call. */
async function readAccepted(file: string): Promise<Map<number, number>> {
  const accepted = new Map<number, number>();
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    const [no = "", id = ""] = line.split(" ");
    if (id !== "") accepted.set(Number(no), Number(id));
  }
  return accepted;
}

/** @returns numbers of calls by execution. */
async function readExecutions(sql: Sql, firstNo: number): Promise<Map<number, number>> {
  const rows = await sql<{ id: number; mark: string }[]>`
    select id, external_message_id as mark from executions where external_message_id >= ${markOf(firstNo)}`;
  return new Map(rows.map(({ id, mark }) => [id, Number(mark)]));
}

/** @returns how often each call's mark came out of the gateway. */
async function countDelivered(sql: Sql, firstNo: number): Promise<Map<number, number>> {
  const rows = await sql<{ mark: string; times: number }[]>`
    select content::json ->> 'text' as mark, count(*)::integer as times from sandbox_messages group by 1`;
  const found = new Map(rows.map(({ mark, times }) => [Number(mark), times]));
  for (const no of found.keys()) if (no < firstNo) found.delete(no);
  return found;
}
