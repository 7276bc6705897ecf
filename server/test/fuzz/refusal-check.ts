/**
 * That refused requests change nothing: those that were answered with a 4xx are asked again while nothing else goes
 * on, between two sums over all tables. On a difference the batch is halved until one request is left.
 */
import type { Sql } from "../../src/store/db.ts";
import { type Checksums, changedTables, tableChecksums } from "../checksums.ts";
import type { FuzzRequest } from "./requests.ts";

/** Written by what goes on anyway: workers say that they live. */
const RESTLESS: readonly string[] = ["workers"];
const QUIET_MS = 120;
const QUIET_TIMEOUT_MS = 60_000;

export interface Changed {
  readonly request: FuzzRequest;
  readonly tables: readonly string[];
}

/** @param send answers with the status. */
export interface RefusalCheck {
  readonly owner: Sql;
  readonly send: (request: FuzzRequest) => Promise<number>;
}

const difference = (before: Checksums, after: Checksums): string[] =>
  changedTables(before, after).filter((name) => !RESTLESS.includes(name));

/** The sums once they stay as they are. @returns null when the product does not come to rest. */
async function quietSums(owner: Sql): Promise<Checksums | null> {
  const endMs = performance.now() + QUIET_TIMEOUT_MS;
  let last = await tableChecksums(owner);
  while (performance.now() < endMs) {
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    const next = await tableChecksums(owner);
    if (difference(last, next).length === 0) return next;
    last = next;
  }
  return null;
}

/** @returns the requests that changed a table, and how many were checked. */
export async function findChanging(
  check: RefusalCheck,
  requests: readonly FuzzRequest[],
): Promise<{ changed: Changed[]; checked: number }> {
  const before = await quietSums(check.owner);
  if (before === null || requests.length === 0) return { changed: [], checked: 0 };
  const refused: FuzzRequest[] = [];
  let isClean = true;
  for (const request of requests) {
    const status = await check.send(request);
    if (status >= 400 && status < 500) refused.push(request);
    else isClean = false;
  }
  // What was refused before and is now taken has changed something rightly: the others go again without it.
  if (!isClean) return await findChanging(check, refused);
  const tables = difference(before, await tableChecksums(check.owner));
  if (tables.length === 0) return { changed: [], checked: requests.length };
  const [only] = requests;
  if (requests.length === 1 && only !== undefined)
    return { changed: [{ request: only, tables }], checked: 1 };
  const middle = Math.ceil(requests.length / 2);
  const halves = [
    await findChanging(check, requests.slice(0, middle)),
    await findChanging(check, requests.slice(middle)),
  ];
  return {
    changed: halves.flatMap(({ changed }) => changed),
    checked: halves.reduce((sum, { checked }) => sum + checked, 0),
  };
}
