/** The campaigns of a full project: one with every channel, a draft with every field, a stopped one, and a few more. */
import { ask, call, type Making } from "./making.ts";

export interface Campaigns {
  /** Has every channel that can be sent to here, and executions. */
  readonly live: number;
  /** A draft in MJML, with an inbox message. */
  readonly mjml: number;
  /** Was stopped. */
  readonly past: number;
}

const HELLO = 'Hello {{ first_name|default("reader") }}';

/** What else a shop sends. */
const MORE = [
  {
    title: "Password reset code",
    sms: 1,
    messages: {
      "9": { sms_text: "{{ code }} is your code. It is good for ten minutes.", sms_from: "Harbour" },
    },
  },
  {
    title: "Back in stock",
    email: 1,
    messages: {
      "7": {
        email_subject: "{{ book }} is back",
        email_from: "news@example.org",
        email_html: `<p>${HELLO},</p><p><b>{{ book }}</b> is on our shelves again.</p>`,
      },
    },
  },
];

/** @returns the ids by name, and those of the others in `more`. */
export async function addCampaigns(making: Making): Promise<{ named: Campaigns; more: readonly number[] }> {
  const { stack, words } = making;
  const create = async (fields: Readonly<Record<string, unknown>>): Promise<number> =>
    (await call(stack, "create/campaign", { trigger: 3, active: 1, ...fields })).id;
  const more: number[] = [];
  for (const fields of MORE) more.push(await create(fields));
  const live = await create({ title: words.line("title"), ...everyChannel(making) });
  const { id: mjml } = await ask(stack, "POST /campaigns", draft(making));
  const sms = { sms_text: `${HELLO}, every novel at half its price until Sunday.`, sms_from: "Harbour" };
  const past = await create({ title: words.line("past"), sms: 1, messages: { "9": sms } });
  await call(stack, "stop/campaign", { id: past });
  return { named: { live, mjml, past }, more };
}

function everyChannel({ words, sink }: Making): Readonly<Record<string, unknown>> {
  const push = {
    push_title: words.line("push-title"),
    push_text: "{{ note }}",
    push_icon: words.link("push-icon"),
    push_picture: words.link("push-picture"),
    url: words.link("push-opens"),
    payload_add: [{ key: words.line("push-payload-key"), value: words.line("push-payload") }],
  };
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

/** What is not to be sent here stands in the draft. */
function draft({ words }: Making): Readonly<Record<string, unknown>> {
  const email = {
    email_subject: "Long evenings, good books",
    email_preheader: "Six of them, chosen by our readers",
    email_from: words.line("from"),
    email_reply_to: words.line("reply-to"),
    email_mjml: words.mjml,
    languages: { fr: { email_subject: words.line("subject-in-french") } },
  };
  const inbox = {
    push_title: "Six books for the autumn",
    push_text: words.line("inbox-text"),
    page: words.line("push-page"),
    inbox_image: words.link("inbox-image"),
    inbox_background_color: words.sender,
    inbox_title_background_color: words.sender,
  };
  const webhook = { webhook_url: `https://hooks.example.org${words.path("webhook-url")}` };
  return {
    title: words.line("draft"),
    email: 1,
    inbox: 1,
    webhook: 1,
    tokenArray: [words.line("token")],
    messages: { "6": inbox, "7": email, "8": webhook },
  };
}
