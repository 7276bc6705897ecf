/**
 * A project that has one of everything that the dashboard shows, in words of the test's choice: plain ones for how
 * pages look, hostile ones for what they do with a stranger's text.
 */
import { askApp } from "../dashboard.ts";
import { addDevice } from "../devices.ts";
import { startHttpSink } from "../sinks/http-sink.ts";
import type { Sink } from "../sinks/sink.ts";
import { addPeople, type Stack, until } from "../stack.ts";

export interface Words {
  /** One line of text that says where it stands. */
  line(where: string): string;
  /** Of an email; may use the param `note`. */
  readonly html: string;
  /** What stands after the host of an address. */
  readonly path: string;
  /** 3 to 11 characters. */
  readonly sender: string;
}

export interface FullProject {
  /** `live` has every channel and two executions; `mjml` is a draft, `past` was stopped. */
  readonly campaigns: Readonly<Record<"live" | "mjml" | "past", number>>;
  readonly execution: number;
  /** By channel, and one that the gateway refused. */
  readonly messages: readonly number[];
  readonly person: number;
  readonly imports: Readonly<Record<"ran" | "waits", number>>;
  readonly client: string;
  readonly connection: number;
  /** The gateway that refuses, and the customer's endpoint. */
  readonly sink: Sink;
}

export const OPTIONS = { env: { ALLOW_PRIVATE_ADDRESSES: "true" } };

const MOBILE = "353850000042";

interface Making {
  readonly stack: Stack;
  readonly words: Words;
  readonly sink: Sink;
}

/** Needs a stack with a worker and `OPTIONS`. */
export async function fillProject(stack: Stack, words: Words): Promise<FullProject> {
  const sink = await startHttpSink();
  const making = { stack, words, sink };
  await ask(stack, "PATCH /project", { name: words.line("project") });
  const settings = await fillSettings(making);
  const person = await addPerson(making);
  const imports = await addImports(making);
  const campaigns = await addCampaigns(making);
  const sent = await sendMessages(making, campaigns);
  await until(
    () => ask(stack, `GET /connections/${settings.connection}/deliveries`),
    (rows) => rows.length > 0,
  );
  return { campaigns, person, imports, sink, ...settings, ...sent };
}

// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the answer holds
async function ask(stack: Stack, line: string, body?: unknown): Promise<any> {
  const answer = await askApp(stack, stack, line, body);
  if (answer.status >= 300) throw new Error(`${line}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body.data;
}

// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the answer holds
async function call(stack: Stack, path: string, body: Readonly<Record<string, unknown>>): Promise<any> {
  const answer = await stack.call(path, body);
  if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body.model;
}

async function fillSettings({
  stack,
  words,
  sink,
}: Making): Promise<Pick<FullProject, "client" | "connection">> {
  const client = await ask(stack, "POST /clients", { name: words.line("client"), scopes: [] });
  await ask(stack, `POST /clients/${client.client_id}/secrets`, {});
  const connection = await ask(stack, "POST /connections", {
    name: words.line("connection"),
    url: `${sink.url}/hook${words.path}`,
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
      url: `${sink.url}/sms${words.path}`,
      headers: { "x-'source": words.line("header").replace(/[^\x20-\x7e]/g, "") },
      body: '{"to":"{{ to }}","text":"{{ text }}"}',
      id_path: words.line("path-of-id"),
      content_type: "application/json",
    },
  });
  await ask(stack, "POST /invitations", { email: "o'brien+news@example.org", role: "viewer" });
  return { client: client.client_id, connection: connection.id };
}

/** Their user id, and what is known of them; two others are there too. */
async function addPerson({ stack, words }: Making): Promise<number> {
  await addPeople(stack, 2);
  await call(stack, "create/attribute", { name: "favourite", type: "String" });
  const { id } = await ask(stack, "POST /profiles", {
    user_id: words.line("user-id"),
    attributes: {
      first_name: words.line("first-name"),
      last_name: words.line("last-name"),
      email: "ada@example.org",
      email_subscription: 1,
      mobile_number: MOBILE,
      sms_subscription: 1,
    },
  });
  const attributes = { favourite: words.line("attribute"), nested: { list: [words.line("nested")] } };
  await ask(stack, `PATCH /profiles/${id}`, { attributes });
  const device = await addDevice(stack, words.line("user-id"), 3);
  await stack.owner`update devices set token = ${words.line("device")} where id = ${device}`;
  await call(stack, "hit/tag", {
    user_id: words.line("user-id"),
    tag: "viewed",
    value: words.line("tag-value"),
  });
  const list = await call(stack, "create/list", { title: words.line("list"), identifier: "user_id" });
  await call(stack, "import/list", { id: list.id, items: [words.line("user-id")] });
  return id;
}

const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;

async function addImports({ stack, words }: Making): Promise<FullProject["imports"]> {
  const head = ["user_id", "email", words.line("csv-head")].map(quoted).join(",");
  const rows = [
    ["csv-1", "", words.line("csv-cell")],
    ["csv-2", words.line("csv-email"), "x"],
  ];
  const file = `${head}\n${rows.map((row) => row.map(quoted).join(",")).join("\n")}\n`;
  const ran = (await ask(stack, "POST /imports", file)).id;
  const waits = (await ask(stack, "POST /imports", file)).id;
  const mapping = { user_id: "user_id", email: "email" };
  const constants = { email_subscription: "1" };
  const { task_id: task } = await ask(stack, `POST /imports/${ran}/run`, { mapping, constants });
  await until(
    () => ask(stack, `GET /tasks/${task}`),
    ({ status }) => !["pending", "running", "waiting"].includes(status),
  );
  return { ran, waits };
}

async function addCampaigns(making: Making): Promise<FullProject["campaigns"]> {
  const { stack, words } = making;
  const title = words.line("title");
  const create = async (fields: Readonly<Record<string, unknown>>): Promise<number> =>
    (await call(stack, "create/campaign", { trigger: 3, ...fields })).id;
  const live = await create({ title, active: 1, ...everyChannel(making) });
  const email = {
    email_subject: "Hello",
    email_from: "news@example.org",
    email_mjml: `<mjml><mj-body><mj-section><mj-column><mj-text>Hello</mj-text><mj-raw>${words.html}</mj-raw></mj-column></mj-section></mj-body></mjml>`,
  };
  const mjml = (
    await ask(stack, "POST /campaigns", { title: words.line("draft"), email: 1, messages: { "7": email } })
  ).id;
  const past = await create({
    title: words.line("past"),
    active: 1,
    sms: 1,
    messages: { "9": { sms_text: "Hi" } },
  });
  await call(stack, "stop/campaign", { id: past });
  return { live, mjml, past };
}

function everyChannel({ words, sink }: Making): Readonly<Record<string, unknown>> {
  const push = { push_title: words.line("push-title"), push_text: "{{ note }}" };
  const messages = {
    "3": push,
    "7": {
      email_subject: `${words.line("subject")} {{ note }}`,
      email_from: "news@example.org",
      email_from_name: words.line("from-name"),
      email_reply_to: "reply@example.org",
      email_reply_to_name: words.line("reply-name"),
      email_preheader: words.line("preheader"),
      email_html: words.html,
      email_text: `${words.line("plain-text")} {{ note }}`,
    },
    "8": {
      webhook_url: `${sink.url}/called/{{ note }}`,
      webhook_method: "POST",
      webhook_body_type: "raw",
      webhook_body: `${words.line("webhook-body")} {{ note }}`,
      webhook_headers: { "x-source": words.line("webhook-header") },
    },
    "9": { sms_text: `${words.line("sms-text")} {{ note }}`, sms_from: words.sender },
  };
  return { web_push: 1, email: 1, webhook: 1, sms: 1, messages };
}

async function sendMessages(
  { stack, words, sink }: Making,
  { live }: FullProject["campaigns"],
): Promise<Pick<FullProject, "execution" | "messages">> {
  sink.fault({ mode: "status", code: 400, recipient: MOBILE, text: words.line("gateway-error") });
  const { id: execution } = await call(stack, "execute/campaign", {
    id: live,
    target_by: "user_id",
    target: [words.line("user-id"), "user-0", words.line("nobody")],
    params: {
      note: words.line("param"),
      external_message_id: words.line("reference"),
    },
  });
  const rows = await until(
    () => ask(stack, `GET /messages?execution_id=${execution}`),
    (found: readonly { id: number; outcome: string }[]) =>
      found.length > 7 && found.every(({ outcome }) => !["queued", "sending"].includes(outcome)),
  );
  return { execution, messages: rows.map(({ id }) => id) };
}
