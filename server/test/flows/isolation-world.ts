/**
 * Two projects for the tests of isolation: A has something of everything, and its texts all hold a word that no answer
 * to B may hold. B asks; what it hears about something of A is held against what it hears about something that never
 * was.
 */
import { expect } from "vitest";
import type { WorkerRole } from "../../src/app.ts";
import { type Checksums, changedTables, fillTenantTables, tableChecksums } from "../checksums.ts";
import { addDevice } from "../devices.ts";
import { ask, pathOf } from "../raw-http.ts";
import { launch, type Project, type Stack, smsCampaign, startStack, until } from "../stack.ts";

/** Everything by which project A can be named. Its texts all hold a word that no answer to B may hold. */
export const TEXTS = {
  userId: "canary-user",
  email: "canary@a.example",
  mobile: "353861111111",
  reference: "canary-reference",
  key: "canary-key",
  note: "canary_note",
  title: "Canary",
};

export interface IsolationWorld {
  readonly stack: Stack;
  /** The only one. */
  readonly worker: WorkerRole;
  readonly b: Project;
  readonly bCampaign: number;
  /** What A has, by kind. */
  readonly numbers: Readonly<Record<string, number>>;
  readonly tokenOfA: string;
  /** A's rows as they were at the start. */
  readonly unchanged: Checksums;
}

export async function startIsolationWorld(): Promise<IsolationWorld> {
  const stack = await startStack({ workers: 0 });
  const worker = await stack.startWorker();
  await beginWithLongIds(stack);
  const ofA = await fillA(stack);
  const b = await stack.createProject();
  const bCampaign = await launch(b, { title: "Own", ...smsCampaign("Own {{ first_name }}") });
  await b.call("import/profile", {
    columns: ["user_id", "mobile_number", "sms_subscription"],
    rows: [["own-user", "353850000001", 1]],
  });
  const call = { id: bCampaign, target_by: "user_id", target: ["own-user"] };
  await b.call("execute/campaign", { ...call, async: false });
  return { stack, worker, b, bCampaign, ...ofA, unchanged: await tableChecksums(stack.owner, stack.id) };
}

/** The tables in which A's rows are not what they were. */
export const changedOfA = async ({ stack, unchanged }: IsolationWorld): Promise<string[]> =>
  changedTables(unchanged, await tableChecksums(stack.owner, stack.id));

/** An id of one digit would be found in every answer. */
async function beginWithLongIds(stack: Stack): Promise<void> {
  for (const [i, table] of ["campaigns", "tasks"].entries())
    await stack.owner.unsafe(`alter table ${table} alter column id restart with ${7_100_001 + i * 100_000}`);
  for (const [i, name] of ["profile", "device", "execution", "message"].entries())
    await stack.owner.unsafe(`select setval('${name}_ids', ${8_100_001 + i * 100_000})`);
}

async function fillA(stack: Stack): Promise<Pick<IsolationWorld, "numbers" | "tokenOfA">> {
  const { userId, email, mobile, reference, key, note, title } = TEXTS;
  await stack.call("import/profile", {
    columns: [
      "user_id",
      "email",
      "email_subscription",
      "mobile_number",
      "sms_subscription",
      "first_name",
      note,
    ],
    rows: [[userId, email, 1, mobile, 1, "Canary", "canary"]],
  });
  const profile = (await stack.call("info/profile", { user_id: userId })).body.model.id;
  const device = await addDevice(stack, userId, 3);
  const campaign = await launch(stack, { ...smsCampaign("Canary {{ first_name }}"), title });
  const push = await launch(stack, { title, web_push: 1, messages: { "3": { push_text: "Canary" } } });
  const call = { id: campaign, target_by: "user_id", target: [userId], async: false };
  const params = { external_message_id: reference };
  const executed = await stack.call("execute/campaign", { ...call, params }, { "Idempotency-Key": key });
  await stack.call("execute/campaign", { id: push, target: [device], async: false });
  const queued = await stack.call("import/profile", {
    columns: ["user_id"],
    rows: [["canary-2"]],
    async: true,
  });
  const task = queued.body.model.id;
  await until(
    () => stack.call("info/task", { id: task }),
    (answer) => answer.body.model.status === "completed",
  );
  const execution = executed.body.model.id;
  const message = executed.body.data[0].message_id;
  const action = execution * 16 + 9;
  const connection = 7_300_001;
  await fillTenantTables(stack.owner, stack.id, connection);
  const numbers = { campaign, push, profile, device, execution, message, action, task, connection };
  return { numbers, tokenOfA: `token-${device}` };
}

export const idsOfA = ({ numbers }: IsolationWorld): number[] => Object.values(numbers);
export const textsOfA = ({ tokenOfA }: IsolationWorld): string[] => [...Object.values(TEXTS), tokenOfA];

/** A name of the same kind, and of the same bucket, that nobody ever had. */
export const neverWas = <T extends string | number>(name: T): T =>
  (typeof name === "number"
    ? name + 64_000_000
    : /^\d{6,}$/.test(name)
      ? String(Number(name) + 64_000_000)
      : name.replace(/canary|token/i, "nobody")) as T;

// What differs between any two answers to the same question, and what an execution or a creation makes anew.
const VARIES = ["x-request-id", "date", "content-length", "x-ratelimit-remaining", "x-ratelimit-reset"];
const NEW_VALUES = /"(id|message_id|time|create_time|update_time|activate_time)":\d+/g;

/** B's answer as bytes, less what varies; the name itself is hidden where the answer repeats it. */
export async function answerToB(
  { stack, b }: IsolationWorld,
  operation: string,
  { body, name }: { body: unknown; name: string | number },
): Promise<string> {
  const answer = await ask(stack.url, {
    path: pathOf(operation),
    body: JSON.stringify({ apptoken: b.token, ...(body as object) }),
  });
  const headers = [...answer.headers].filter(([header]) => !VARIES.includes(header));
  const isNew = /^(execute|create)/.test(operation);
  const text = answer.text.replaceAll(String(name), "NAME");
  return JSON.stringify([answer.status, headers, isNew ? text.replace(NEW_VALUES, '"$1":0') : text]);
}

/** Asks about something of A and about something that never was. @returns the answer, which is the same to both. */
export async function expectSame<T extends string | number>(
  world: IsolationWorld,
  operation: string,
  { name, bodyOf }: { name: T; bodyOf: (name: T) => unknown },
): Promise<string> {
  const other = neverWas(name);
  const aboutA = await answerToB(world, operation, { body: bodyOf(name), name });
  expect(aboutA).toBe(await answerToB(world, operation, { body: bodyOf(other), name: other }));
  expectNothingOfA(world, aboutA);
  return aboutA;
}

export function expectNothingOfA(world: IsolationWorld, answer: string): void {
  for (const text of ["canary", ...idsOfA(world).map(String), world.tokenOfA, TEXTS.mobile])
    expect(answer.toLowerCase()).not.toContain(text);
}
