/**
 * A project that has one of everything that the dashboard shows, in words of the test's choice: plain ones for how
 * pages look, hostile ones for what they do with a stranger's text.
 */
import { addDevice } from "../devices.ts";
import { startHttpSink } from "../sinks/http-sink.ts";
import type { Sink } from "../sinks/sink.ts";
import { type Stack, until } from "../stack.ts";
import { addCampaigns, type Campaigns } from "./full-campaigns.ts";
import { STEP_MS } from "./harness.ts";
import { ask, type Body, call, type Making, type Words } from "./making.ts";

export interface FullProject {
  readonly campaigns: Campaigns;
  readonly execution: number;
  /** Of that execution: by channel, and one that the gateway refused. */
  readonly messages: readonly number[];
  readonly person: number;
  /** User id of somebody whom that execution reached. */
  readonly reader: string;
  readonly list: number;
  readonly imports: Readonly<Record<"ran" | "waits", number>>;
  readonly client: string;
  readonly connection: number;
  /** The gateway that refuses, and the customer's endpoint. */
  readonly sink: Sink;
}

export const OPTIONS = { env: { ALLOW_PRIVATE_ADDRESSES: "true" } };

const MOBILE = "353850000042";

/** User id, first name, last name. */
const READERS = [
  ["reader-1001", "Rosa", "Lind"],
  ["reader-1002", "Emil", "Novak"],
  ["reader-1003", "Mina", "Sato"],
  ["reader-1004", "Theo", "Blanc"],
  ["reader-1005", "Ines", "Costa"],
] as const;
const [[READER]] = READERS;

/** Needs a stack with a worker and `OPTIONS`. */
export async function fillProject(stack: Stack, words: Words): Promise<FullProject> {
  const sink = await startHttpSink();
  const making = { stack, words, sink };
  await ask(stack, "PATCH /project", { name: words.line("project") });
  const settings = await fillSettings(making);
  await addMembers(making);
  const person = await addPeople(making);
  const list = await addData(making);
  const imports = await addImports(making);
  const campaigns = await addCampaigns(making);
  const sent = await sendMessages(making, campaigns);
  await until(
    () => ask(stack, `GET /connections/${settings.connection}/deliveries`),
    (rows) => rows.length > 0,
    STEP_MS,
  );
  return { campaigns: campaigns.named, person, list, reader: READER, imports, sink, ...settings, ...sent };
}

async function fillSettings({
  stack,
  words,
  sink,
}: Making): Promise<Pick<FullProject, "client" | "connection">> {
  const client = await ask(stack, "POST /clients", {
    name: words.line("client"),
    scopes: ["execute", "info", "list"],
  });
  await ask(stack, `POST /clients/${client.client_id}/secrets`, {});
  const connection = await ask(stack, "POST /connections", {
    name: words.line("connection"),
    url: `${sink.url}${words.path("connection-url")}`,
    events: ["message_send", "message_fail"],
    authorization: {
      type: "basic",
      username: words.line("endpoint-user").replaceAll(":", ""),
      password: "an example",
    },
  });
  await ask(stack, "PUT /gateways/sms", {
    kind: "sms-http",
    settings: {
      url: `${sink.url}${words.path("gateway-url")}`,
      headers: { [words.headerName]: words.line("header").replace(/[^\x20-\x7e]/g, "") },
      body: `{"to":"{{ to }}","text":"{{ text }}","from":${JSON.stringify(words.line("gateway-body"))}}`,
      id_path: words.line("path-of-id"),
      content_type: "application/json",
    },
  });
  return { client: client.client_id, connection: connection.id };
}

/** One who came and one who has not answered yet. */
async function addMembers({ stack, words }: Making): Promise<void> {
  const password = "an example of a password";
  const { link } = await ask(stack, "POST /invitations", { email: "rosa@example.org", role: "copywriter" });
  const token = new URL(link).searchParams.get("token");
  await ask(stack, "POST /invitations/accept", { token, name: words.line("member"), password });
  await ask(stack, "POST /invitations", { email: `${words.mailbox}@example.org`, role: "viewer" });
}

/** @returns the id of the one with a little of everything; others are there too. */
async function addPeople({ stack, words }: Making): Promise<number> {
  await call(stack, "create/attribute", {
    name: "favourite",
    type: "String",
    title: words.line("key-title"),
  });
  await call(stack, "import/profile", {
    columns: ["user_id", "first_name", "last_name", "email", "email_subscription"],
    rows: READERS.map(([userId, first, last]) => [
      userId,
      first,
      last,
      `${first.toLowerCase()}@example.org`,
      1,
    ]),
  });
  await call(stack, "import/profile", {
    columns: ["user_id", "mobile_number", "sms_subscription"],
    rows: READERS.map(([userId], i) => [userId, String(353_850_000_101 + i), 1]),
  });
  const { id } = await ask(stack, "POST /profiles", {
    user_id: words.line("user-id"),
    attributes: {
      first_name: words.line("first-name"),
      last_name: words.line("last-name"),
      country: words.line("country"),
      email: "ada@example.org",
      email_subscription: 1,
      mobile_number: MOBILE,
      sms_subscription: 1,
    },
  });
  const attributes = { favourite: words.line("attribute"), shelf: { list: [words.line("nested")] } };
  await ask(stack, `PATCH /profiles/${id}`, { attributes });
  const device = await addDevice(stack, words.line("user-id"), 3);
  await stack.owner`update devices set token = ${words.line("device")} where id = ${device}`;
  return id;
}

/** Tags, events and a list, whose id it gives. */
async function addData({ stack, words }: Making): Promise<number> {
  const user = { user_id: words.line("user-id") };
  await call(stack, "create/tag", {
    name: "viewed",
    title: words.line("tag-title"),
    alias: words.line("tag-alias"),
  });
  await call(stack, "hit/tag", { ...user, tag: "viewed", value: words.line("tag-value") });
  await call(stack, "hit/attribute", { ...user, attribute: "city", value: words.line("hit-attribute") });
  await call(stack, "hit/event", {
    ...user,
    event: words.line("event"),
    value: { of: words.line("event-value") },
    event_id: words.line("event-id"),
    user_attributes: { club: words.line("event-attribute") },
  });
  const suppressed = [["web_push", words.line("suppressed")]];
  await call(stack, "import/suppression", { columns: ["channel", "address"], rows: suppressed });
  const list = await call(stack, "create/list", { title: words.line("list"), identifier: "user_id" });
  await call(stack, "import/list", { id: list.id, items: [words.line("user-id")] });
  return list.id;
}

const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;

async function addImports({ stack, words }: Making): Promise<FullProject["imports"]> {
  const head = ["user_id", "email", words.line("csv-head")].map(quoted).join(",");
  const rows = [
    ["reader-1006", "", words.line("csv-cell")],
    ["reader-1007", words.line("csv-email"), "silver"],
  ];
  const file = `${head}\n${rows.map((row) => row.map(quoted).join(",")).join("\n")}\n`;
  const ran = (await ask(stack, "POST /imports", file)).id;
  const waits = (await ask(stack, "POST /imports", file)).id;
  const mapping = { user_id: "user_id", email: "email" };
  const constants = { email_subscription: "1" };
  const { task_id: task } = await ask(stack, `POST /imports/${ran}/run`, { mapping, constants });
  await until(
    () => ask(stack, `GET /tasks/${task}`),
    ({ status }) => !["queued", "running"].includes(status),
    STEP_MS,
  );
  return { ran, waits };
}

async function sendMessages(
  { stack, words, sink }: Making,
  { named, more: [code, stock] }: { named: Campaigns; more: readonly number[] },
): Promise<Pick<FullProject, "execution" | "messages">> {
  sink.fault({ mode: "status", code: 400, recipient: MOBILE, text: words.line("gateway-error") });
  const execute = async (id: number | undefined, body: Body): Promise<number> =>
    (await call(stack, "execute/campaign", { id, target_by: "user_id", ...body })).id;
  const readers = READERS.map(([userId]) => userId);
  await execute(stock, { target: readers, params: { book: "The Lighthouse" } });
  await execute(code, { target: [READER], params: { code: "492817" } });
  const own = { [words.line("user-id")]: { note: words.line("own-param") } };
  await execute(named.live, { target_with_params: own });
  const execution = await execute(named.live, {
    target: [words.line("user-id"), READER, words.line("nobody")],
    params: { note: words.line("param"), external_message_id: words.line("reference") },
  });
  const rows = await until(
    () => ask(stack, "GET /messages"),
    (found: readonly { id: number; outcome: string }[]) =>
      found.length > 21 && found.every(({ outcome }) => !["queued", "sending"].includes(outcome)),
    STEP_MS,
  );
  const ofIt = rows.filter((row) => (row as { execution_id?: number }).execution_id === execution);
  return { execution, messages: ofIt.map(({ id }) => id) };
}
