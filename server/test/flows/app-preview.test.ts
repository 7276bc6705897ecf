/** While a campaign is written: checks with places, previews by the worker's own code, tests that really go out. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addPeople, launch, type Stack, smsCampaign, startStack, until } from "../stack.ts";
import { type AppMember, addMember } from "./app-member.ts";

let stack: Stack;
let admin: AppMember;
let copywriter: AppMember;

beforeAll(async () => {
  stack = await startStack();
  admin = await addMember(stack, "admin");
  copywriter = await addMember(stack, "copywriter");
  await addPeople(stack, 3);
});
afterAll(async () => {
  await stack.stop();
});

const ORDER =
  "{{ first_name|default('there') }}, order {{ order_id }} of {{ total|number_format(2) }} EUR:" +
  "{% for item in items %} {{ item.name|upper }}{% endfor %}. {{ country }}";
const PARAMS = { order_id: "A-1", total: 12.5, items: [{ name: "tea" }, { name: "cups" }] };

async function draft(fields: Readonly<Record<string, unknown>>): Promise<number> {
  const made = await copywriter.ask("POST /campaigns", { title: "Order", ...fields });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body.data.id as number;
}

/** What the sandbox gateway was handed for an execution. */
async function sentBy(executionId: number): Promise<{ address: string; content: Record<string, unknown> }[]> {
  const rows = await until(
    () =>
      stack.owner<{ address: string; content: string }[]>`
        select s.address, s.content from sandbox_messages s
        join messages m on m.project_id = s.project_id and m.bucket = s.bucket and m.id = s.id
        where m.execution_id = ${executionId} order by s.message_type`,
    (seen) => seen.length > 0,
  );
  return rows.map((row) => ({ address: row.address, content: JSON.parse(row.content) }));
}

const messagesOf = (executionId: number) =>
  until(
    () => stack.owner<
      { status: number; reason: string | null; address: string | null; profile_id: number | null }[]
    >`
      select status, reason, address, profile_id from messages where execution_id = ${executionId}`,
    (seen) => seen.length > 0 && seen.every((row) => row.status > 1),
  );

describe("a check", () => {
  test("tells every fault of every template with its place, and saves nothing", async () => {
    const id = await draft(smsCampaign("Gate {{ gate }}"));
    const { status, body } = await copywriter.ask("POST /campaigns/check", {
      id,
      email: 1,
      messages: {
        "9": { sms_text: "Gate\n{{ gate|uper }}", sms_from: "Carillon" },
        "7": { email_subject: "{{ a", email_html: "<style>{{ c }}</style>", email_from: "not\nan address" },
      },
    });
    expect(status).toBe(200);
    expect(body.data.templates).toMatchObject([
      { field: "email_subject", line: 1 },
      { field: "email_html", line: 1, source_line: "<style>{{ c }}</style>" },
      { field: "sms_text", line: 2, source_line: "{{ gate|uper }}", suggestion: "upper" },
    ]);
    expect(body.data.templates[2].message.match(/Did you mean/g)).toHaveLength(1);
    expect(Object.keys(body.data.errors).sort()).toEqual([
      "email_html",
      "email_subject",
      "messages.7.email_from",
      "sms_text",
    ]);
    expect((await copywriter.ask(`GET /campaigns/${id}`)).body.data).toMatchObject({ version: 1, email: 0 });
  });

  test("tells what a launch still needs apart from what a save needs", async () => {
    const { data } = (await copywriter.ask("POST /campaigns/check", { title: "x", sms: 1 })).body;
    expect(data).toMatchObject({ errors: {}, launch_errors: { sms_text: expect.anything() }, sms: null });
  });

  test("counts the text with example values, and shows the contract", async () => {
    const { data } = (
      await copywriter.ask("POST /campaigns/check", { fields: { title: "x", ...smsCampaign(ORDER) } })
    ).body;
    expect(data.sms).toMatchObject({ parts: 1, encoding: "gsm7", is_example: true });
    expect(data.example_params).toMatchObject({ order_id: "1042", total: 19.99, items: [{ name: "Name" }] });
    expect(
      data.params_contract.names.map((one: Record<string, unknown>) => [one.name, one.type, one.required]),
    ).toEqual([
      ["first_name", "text", false],
      ["order_id", "text", true],
      ["total", "number", true],
      ["items", "list", true],
      ["country", "text", false],
    ]);
  });
});

describe("the contract", () => {
  test("is told by the External API, where it is asked for", async () => {
    const id = await launch(stack, smsCampaign(ORDER));
    const all = await stack.call("info/campaign", { id });
    expect(all.body.model.params_contract).toBeUndefined();
    const { model } = (await stack.call("info/campaign", { id, select: ["params_contract"] })).body;
    expect(Object.keys(model)).toEqual(["params_contract"]);
    expect(model.params_contract.names).toContainEqual(
      expect.objectContaining({ name: "items", type: "list", source: "param", fields: { name: "text" } }),
    );
    const shown = (await admin.ask(`GET /campaigns/${id}`)).body.data;
    expect(shown.params_contract).toEqual(model.params_contract);
  });

  test("makes code that can be pasted", async () => {
    const id = await launch(stack, smsCampaign(ORDER));
    const { data } = (await admin.ask(`GET /campaigns/${id}/snippets`)).body;
    expect(Object.keys(data)).toEqual(["curl", "typescript", "python"]);
    const call = JSON.parse(/--data '([\s\S]*)'/.exec(data.curl)?.[1] ?? "");
    expect(call).toMatchObject({
      apptoken: "YOUR_APP_TOKEN",
      id,
      params: { items: [{ name: expect.any(String) }] },
    });
    expect(Object.keys(call.params)).toEqual(["order_id", "total", "items"]);
    expect((await stack.call("execute/campaign", { ...call, apptoken: stack.token })).status).toBe(200);
    const run = new Function("fetch", `return (async () => { ${data.typescript} })()`);
    const sent: unknown[] = [];
    await run(async (url: string, init: { body: string }) => {
      sent.push([url, JSON.parse(init.body)]);
      return { json: async () => ({ success: true }) };
    });
    expect(sent).toEqual([[`${stack.url}/api/external/execute/campaign`, call]]);
  });
});

describe("a preview", () => {
  test("shows what the worker sends, byte by byte", async () => {
    const content = {
      sms: 1,
      email: 1,
      messages: {
        "9": { sms_from: "Carillon", sms_text: ORDER },
        "7": {
          email_subject: "Order {{ order_id }}",
          email_from: "shop@example.org",
          email_html: `<p>${ORDER}</p><a href="{{ link }}">x</a>`,
          email_preheader: "{{ first_name }}",
        },
      },
    };
    const params = { ...PARAMS, link: "javascript:alert(1)" };
    const id = await launch(stack, content);
    const { data } = (await admin.ask("POST /campaigns/preview", { id, user_id: "user-1", params })).body;
    const executed = await stack.call("execute/campaign", {
      id,
      target: ["user-1"],
      target_by: "user_id",
      params,
    });
    const sent = await until(
      () => sentBy(executed.body.model.id),
      (seen) => seen.length === 2,
    );
    const [email, sms] = sent.map((row) => row.content);
    expect(data.sms).toMatchObject({
      text: sms?.text,
      from: sms?.from,
      parts: 1,
      encoding: "gsm7",
      problems: [],
    });
    expect(data.email).toMatchObject({
      subject: email?.subject,
      html: email?.html,
      from: "shop@example.org",
    });
    expect(data.email.html).toContain('href="#"');
    expect(data.sms.text).toBe("Name1, order A-1 of 12.50 EUR: TEA CUPS. ");
  });

  test("tells why this person would not get it, and what the channel's rules refuse", async () => {
    await stack.call("import/profile", {
      columns: ["user_id", "email", "email_subscription"],
      rows: [["lost", "lost@example.org", 0]],
    });
    await stack.call("import/suppression", { rows: [["email", "lost@example.org"]] });
    const asked = {
      ...smsCampaign("Hi", "ab"),
      email: 1,
      email_subject: "a",
      email_html: "b",
      user_id: "lost",
    };
    const { data } = (await admin.ask("POST /campaigns/preview", asked)).body;
    expect(data.sms).toMatchObject({ text: "Hi", from: "ab" });
    expect(data.sms.problems).toEqual([
      "Invalid sender: from names must be between 3 and 11 characters long.",
      "This person has no mobile number.",
    ]);
    expect(data.email.problems).toEqual([
      "This person's email address is suppressed.",
      "This person has unsubscribed from email.",
    ]);
  });

  test("shows a webhook's request as it would go out", async () => {
    const fields = {
      webhook: 1,
      messages: {
        "8": {
          webhook_url: "http://127.0.0.1:1/{{ user_id }}",
          webhook_body: '{"name": "{{ name }}", "n": {{ n }}}',
          webhook_headers: { "X-Name": "{{ name }}" },
        },
      },
    };
    const params = { name: 'A "quoted" one' };
    const { data } = (await admin.ask("POST /campaigns/preview", { ...fields, user_id: "user-1", params }))
      .body;
    expect(data.webhook).toMatchObject({
      method: "POST",
      url: "http://127.0.0.1:1/user-1",
      headers: { "X-Name": 'A "quoted" one', "content-type": "application/json" },
    });
    expect(data.webhook.problems).toHaveLength(2);
    expect(data.webhook.problems[0]).toContain("not valid JSON");
  });

  test("of nobody, of one channel, and of a stranger", async () => {
    const { data } = (
      await admin.ask("POST /campaigns/preview", {
        ...smsCampaign("Hi {{ a }}"),
        channel: "sms",
        params: { a: 1 },
      })
    ).body;
    expect(data).toMatchObject({ sms: { text: "Hi 1", problems: [] } });
    const other = await stack.createProject();
    await addPeople({ ...stack, ...other }, 1, "theirs");
    for (const userId of ["theirs-0", "never was"]) {
      const refused = await admin.ask("POST /campaigns/preview", { ...smsCampaign("Hi"), user_id: userId });
      expect(refused.status).toBe(404);
      expect(refused.body.error.message).not.toContain(userId);
    }
    const viewer = await addMember(stack, "viewer");
    expect(
      (await viewer.ask("POST /campaigns/preview", { ...smsCampaign("Hi"), user_id: "user-1" })).status,
    ).toBe(403);
    for (const wrong of [{ channel: "fax" }, { params: 1 }, { user_id: 1 }])
      expect((await admin.ask("POST /campaigns/preview", { ...smsCampaign("Hi"), ...wrong })).status).toBe(
        400,
      );
  });
});

describe("a test", () => {
  test("sends a draft to one person, with params, and is marked", async () => {
    const id = await draft(smsCampaign(ORDER));
    const asked = { user_id: "user-2", params: PARAMS };
    const { status, body } = await copywriter.ask(`POST /campaigns/${id}/test`, asked);
    expect(status).toBe(202);
    const [sent] = await sentBy(body.data.execution_id);
    expect(sent?.content).toMatchObject({ text: "Name2, order A-1 of 12.50 EUR: TEA CUPS. " });
    const [row] =
      await stack.owner`select is_test, version from executions where id = ${body.data.execution_id}`;
    expect(row).toMatchObject({ is_test: true, version: 1 });
    const logged = await stack.call("list/message", {
      condition: [["execution_id", "=", body.data.execution_id]],
    });
    expect(logged.body.data).toMatchObject([{ user_id: "user-2", campaign_id: id }]);
    const trail = (await admin.ask("GET /audit?limit=5")).body.data;
    expect(trail).toContainEqual(
      expect.objectContaining({ action: "campaign.test", object: `campaign:${id}` }),
    );
  });

  test("goes to an address that nobody has, and makes no profile of it", async () => {
    const id = await draft({
      ...smsCampaign("Hi {{ a }}"),
      email: 1,
      email_subject: "S",
      email_html: "{{ a }}",
    });
    const answer = await copywriter.ask(`POST /campaigns/${id}/test`, {
      address: "new@example.org",
      params: { a: "x" },
    });
    const [sent] = await sentBy(answer.body.data.execution_id);
    expect(sent).toMatchObject({ address: "new@example.org", content: { html: "x" } });
    const [row] = await messagesOf(answer.body.data.execution_id);
    expect(row).toMatchObject({ profile_id: null, address: "new@example.org" });
    const [count] =
      await stack.owner`select count(*)::int as n from profiles where email = 'new@example.org'`;
    expect(count?.n).toBe(0);
  });

  test("never goes to a suppressed address", async () => {
    await stack.call("import/suppression", { rows: [["sms", "353850009999"]] });
    const id = await draft(smsCampaign("Hi"));
    const answer = await copywriter.ask(`POST /campaigns/${id}/test`, { address: "353850009999" });
    expect(await messagesOf(answer.body.data.execution_id)).toMatchObject([
      { status: 11, reason: "suppressed" },
    ]);
  });

  test("is refused where it could not go anywhere, and by who may not", async () => {
    const id = await draft(smsCampaign("Hi"));
    for (const wrong of [
      {},
      { address: "nobody" },
      { address: "a@example.org" },
      { user_id: "u", channels: ["fax"] },
      { user_id: "u", channels: ["email"] },
      { user_id: "u", params: [1] },
    ]) {
      const refused = await copywriter.ask(`POST /campaigns/${id}/test`, wrong);
      expect(refused.status, JSON.stringify(wrong)).toBe(400);
    }
    const empty = await draft({ sms: 1 });
    expect((await copywriter.ask(`POST /campaigns/${empty}/test`, { user_id: "user-1" })).status).toBe(400);
    const viewer = await addMember(stack, "viewer");
    expect((await viewer.ask(`POST /campaigns/${id}/test`, { user_id: "user-1" })).status).toBe(403);
    expect((await copywriter.ask(`POST /campaigns/9999999/test`, { user_id: "user-1" })).status).toBe(404);
  });

  test("keeps a draft from being deleted: its log names it", async () => {
    const id = await draft(smsCampaign("Hi"));
    await copywriter.ask(`POST /campaigns/${id}/test`, { user_id: "user-1" });
    expect((await copywriter.ask(`DELETE /campaigns/${id}`)).status).toBe(409);
  });
});

test("names for completion: attributes, filters and the like", async () => {
  await stack.call("import/profile", { columns: ["user_id", "tier"], rows: [["user-0", "gold"]] });
  const { data } = (await copywriter.ask("GET /names")).body;
  expect(data.attributes).toContainEqual({ name: "first_name", type: "text", system: true });
  expect(data.attributes).toContainEqual({ name: "tier", type: expect.any(String), system: false });
  expect(data.filters).toContain("number_format");
  expect(data.tags).toContain("for");
  expect(data.tests).toContain("defined");
  expect(data.functions).toContain("range");
});

test("markup is compiled on request, with its text and its faults by line", async () => {
  const mjml =
    "<mjml><mj-body>\n<mj-section><mj-column><mj-text>Hi {{ a }}</mj-text></mj-column></mj-section></mj-body></mjml>";
  const { data } = (await copywriter.ask("POST /email/compile", { mjml })).body;
  expect(data).toMatchObject({ errors: [], text: expect.stringContaining("Hi {{ a }}") });
  expect(data.html).toContain("Hi {{ a }}");
  const faulty = (await copywriter.ask("POST /email/compile", { mjml: mjml.replaceAll("mj-text", "mj-txt") }))
    .body;
  expect(faulty.data.errors[0]).toMatchObject({ line: 2, message: expect.stringContaining("mj-txt") });
  expect((await copywriter.ask("POST /email/compile", {})).status).toBe(400);
});
