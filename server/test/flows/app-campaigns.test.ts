/** Campaigns in the dashboard: drafts, who may do what, two people at once, versions, copies, email markup. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launch, type Stack, smsCampaign, startStack } from "../stack.ts";
import { type AppMember, addMember } from "./app-member.ts";

let stack: Stack;
let admin: AppMember;
let copywriter: AppMember;
let approver: AppMember;

beforeAll(async () => {
  stack = await startStack({ workers: 0 });
  admin = await addMember(stack, "admin");
  copywriter = await addMember(stack, "copywriter");
  approver = await addMember(stack, "approver");
});
afterAll(async () => {
  await stack.stop();
});

const SMS = { sms: 1, messages: { "9": { sms_from: "Carillon", sms_text: "Gate {{ gate }}" } } };

async function draft(by: AppMember, fields: Readonly<Record<string, unknown>> = SMS): Promise<number> {
  const made = await by.ask("POST /campaigns", { title: "Gate", ...fields });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  return made.body.data.id as number;
}

describe("drafts", () => {
  test("may lack content until they are launched", async () => {
    const id = await draft(admin, { sms: 1 });
    const refused = await admin.ask(`POST /campaigns/${id}/launch`);
    expect(refused).toMatchObject({
      status: 400,
      body: { error: { errors: { sms_text: expect.anything() } } },
    });
    const edited = await admin.ask(`PATCH /campaigns/${id}`, { messages: SMS.messages });
    expect(edited.body.data).toMatchObject({ state: "draft", version: 2, updated_by: admin.email });
    const launched = await admin.ask(`POST /campaigns/${id}/launch`);
    expect(launched.body.data).toMatchObject({ state: "live", active: 1, trigger: 3 });
    expect((await stack.call("execute/campaign", { id, target: ["x"], target_by: "user_id" })).status).toBe(
      200,
    );
  });

  test("are never launched by saving", async () => {
    const made = await admin.ask("POST /campaigns", { title: "Gate", ...SMS, active: 1 });
    expect(made).toMatchObject({ status: 400, body: { error: { errors: { active: expect.anything() } } } });
    const id = await draft(copywriter);
    const moved = await copywriter.ask(`PATCH /campaigns/${id}`, { active: 1 });
    expect(moved.status).toBe(400);
    const { data } = (await copywriter.ask(`GET /campaigns/${id}`)).body;
    expect(
      (await copywriter.ask(`PATCH /campaigns/${id}`, { ...data, title: "All of it back" })).status,
    ).toBe(200);
  });

  test("with a template that does not compile are refused, with its place", async () => {
    const id = await draft(admin);
    const broken = { messages: { "9": { sms_text: "Gate\n{{ gate|uper }}" } } };
    const refused = await admin.ask(`PATCH /campaigns/${id}`, broken);
    expect(refused.status).toBe(400);
    expect(refused.body.error.errors.sms_text[0]).toMatch(/Did you mean "upper".*line 2, column \d+/);
    expect((await admin.ask(`GET /campaigns/${id}`)).body.data.version).toBe(1);
  });
});

describe("roles", () => {
  test("a copywriter edits drafts and nothing that was launched; an approver launches and edits nothing", async () => {
    const id = await draft(copywriter);
    expect((await copywriter.ask(`PATCH /campaigns/${id}`, { title: "Better" })).status).toBe(200);
    expect((await copywriter.ask(`POST /campaigns/${id}/launch`)).status).toBe(403);
    expect((await approver.ask(`PATCH /campaigns/${id}`, { title: "Mine" })).status).toBe(403);
    expect((await approver.ask(`POST /campaigns/${id}/launch`)).body.data.state).toBe("live");
    const refused = await copywriter.ask(`PATCH /campaigns/${id}`, { title: "Worse" });
    expect(refused).toMatchObject({ status: 403, body: { error: { code: "forbidden" } } });
    expect((await approver.ask(`POST /campaigns/${id}/stop`)).body.data.state).toBe("stopped");
    expect((await copywriter.ask(`PATCH /campaigns/${id}`, { title: "Worse" })).status).toBe(403);
    expect((await approver.ask(`POST /campaigns/${id}/start`)).body.data.state).toBe("live");
    expect((await admin.ask(`GET /campaigns/${id}`)).body.data).toMatchObject({
      title: "Better",
      updated_by: approver.email,
    });
  });

  test("a viewer reads", async () => {
    const viewer = await addMember(stack, "viewer");
    const id = await draft(admin);
    expect((await viewer.ask(`GET /campaigns/${id}`)).status).toBe(200);
    for (const line of [`PATCH /campaigns/${id}`, "POST /campaigns", `DELETE /campaigns/${id}`])
      expect((await viewer.ask(line, {})).status).toBe(403);
  });
});

describe("versions", () => {
  test("a save that began with an older version is refused and names who was faster", async () => {
    const id = await draft(admin);
    const first = await copywriter.ask(`PATCH /campaigns/${id}`, { title: "First", version: 1 });
    expect(first.body.data.version).toBe(2);
    const second = await admin.ask(`PATCH /campaigns/${id}`, { title: "Second", version: 1 });
    expect(second.status).toBe(409);
    expect(second.body.error.message).toContain(copywriter.email);
    expect(second.body.error.message).toMatch(/\d{4}-\d\d-\d\dT/);
    expect((await admin.ask(`GET /campaigns/${id}`)).body.data.title).toBe("First");
  });

  test("of two saves at the same moment one is refused", async () => {
    const id = await draft(admin);
    const saves = ["A", "B", "C"].map((title) => admin.ask(`PATCH /campaigns/${id}`, { title, version: 1 }));
    const statuses = (await Promise.all(saves)).map((answer) => answer.status);
    expect(statuses.toSorted()).toEqual([200, 409, 409]);
  });

  test("are kept with their authors; programs are named too", async () => {
    const id = await launch(stack, smsCampaign("Gate {{ gate }}"));
    await admin.ask(`PATCH /campaigns/${id}`, {
      messages: { "9": { sms_text: "Now {{ gate }}" } },
      version: 1,
    });
    const { data } = (await admin.ask(`GET /campaigns/${id}/versions`)).body;
    expect(data).toMatchObject([
      { version: 2, author: admin.email },
      { version: 1, author: "app token" },
    ]);
    const old = (await admin.ask(`GET /campaigns/${id}/versions/1`)).body.data;
    expect(old.content).toMatchObject({
      channels: ["sms"],
      messages: { "9": { sms_text: "Gate {{ gate }}" } },
    });
    expect((await admin.ask(`GET /campaigns/${id}/versions/9`)).status).toBe(404);
  });

  test("the whole model sent back as it was shown changes nothing", async () => {
    const messages = {
      "3": { push_title: "T", push_text: "Text", payload_add: { a: "b" } },
      "7": { email_subject: "S", email_html: "<p>{{ a }}</p>", languages: { de: { email_subject: "B" } } },
      "9": { sms_text: "Hi" },
    };
    const id = await draft(admin, {
      web_push: 1,
      email: 1,
      sms: 1,
      messages,
      retry_for: 2,
      retry_for_period: "hours",
    });
    const { data } = (await admin.ask(`GET /campaigns/${id}`)).body;
    const again = await admin.ask(`PATCH /campaigns/${id}`, data);
    expect(again.body.data, JSON.stringify(again.body)).toEqual(data);
  });

  test("a save that changes nothing makes none", async () => {
    const id = await draft(admin);
    expect((await admin.ask(`PATCH /campaigns/${id}`, { ...SMS, title: "Gate" })).body.data.version).toBe(1);
  });
});

describe("the list", () => {
  test("has tabs, a search and pages that miss nothing", async () => {
    const other = await stack.createProject();
    const member = await addMember(stack, "admin", other.id);
    const ids: number[] = [];
    for (let i = 0; i < 5; i += 1) ids.push(await draft(member, { ...SMS, title: `Sale ${i}` }));
    await member.ask(`POST /campaigns/${ids[0]}/launch`);
    const seen: number[] = [];
    let path = "/campaigns?limit=2";
    for (;;) {
      const { data, next } = (await member.ask(`GET ${path}`)).body;
      seen.push(...data.map((row: { id: number }) => row.id));
      if (next === null) break;
      path = `/campaigns?limit=2&cursor=${next}`;
    }
    expect(seen.toSorted((a, b) => a - b)).toEqual(ids);
    const live = (await member.ask("GET /campaigns?state=live")).body.data;
    expect(live).toMatchObject([
      { id: ids[0], state: "live", channels: ["sms"], trigger: 3, updated_by: member.email },
    ]);
    const found = (await member.ask("GET /campaigns?q=SALE%203")).body.data;
    expect(found).toMatchObject([{ id: ids[3] }]);
    for (const query of ["state=gone", "cursor=%27", "limit=0"])
      expect((await member.ask(`GET /campaigns?${query}`)).status).toBe(400);
  });
});

describe("copies and deletions", () => {
  test("a copy is a draft with the same content", async () => {
    const id = await draft(admin);
    await admin.ask(`POST /campaigns/${id}/launch`);
    const copy = (await copywriter.ask(`POST /campaigns/${id}/duplicate`)).body.data;
    expect(copy).toMatchObject({ title: "Copy of Gate", state: "draft", version: 1, sms: 1 });
    expect(copy.messages["9"].sms_text).toBe("Gate {{ gate }}");
  });

  test("only drafts go, and another project's campaign is not there", async () => {
    const id = await draft(admin);
    const stranger = await addMember(stack, "admin", (await stack.createProject()).id);
    const lines = [`GET /campaigns/${id}`, `PATCH /campaigns/${id}`, `DELETE /campaigns/${id}`];
    for (const line of [...lines, `POST /campaigns/${id}/launch`, `GET /campaigns/${id}/versions`]) {
      const isReading = line.startsWith("GET");
      expect((await stranger.ask(line, isReading ? undefined : { title: "x" })).status).toBe(404);
    }
    await admin.ask(`POST /campaigns/${id}/launch`);
    expect((await admin.ask(`DELETE /campaigns/${id}`)).status).toBe(409);
    const other = await draft(admin);
    expect((await admin.ask(`DELETE /campaigns/${other}`)).status).toBe(200);
    expect((await admin.ask(`GET /campaigns/${other}`)).status).toBe(404);
    const trail = (await admin.ask("GET /audit?limit=50")).body.data;
    expect(trail).toContainEqual(
      expect.objectContaining({ action: "campaign.delete", object: `campaign:${other}` }),
    );
  });
});

describe("email markup", () => {
  const MJML =
    "<mjml><mj-body><mj-raw>{% for item in items %}</mj-raw>" +
    '<mj-section><mj-column><mj-text>{{ item.name|default("a < b") }}</mj-text></mj-column></mj-section>' +
    "<mj-raw>{% endfor %}</mj-raw></mj-body></mjml>";
  const email = (fields: Readonly<Record<string, unknown>>) => ({
    email: 1,
    messages: { "7": { email_subject: "Hello", email_from: "news@example.org", ...fields } },
  });

  test("MJML is compiled when it is saved, and Twig's tags come through", async () => {
    const id = await draft(admin, email({ email_mjml: MJML }));
    const held = (await admin.ask(`GET /campaigns/${id}`)).body.data.messages["7"];
    expect(held.email_mjml).toBe(MJML);
    expect(held.email_html).toContain('{{ item.name|default("a < b") }}');
    expect(held.email_html).toMatch(/\{% for item in items %\}[\s\S]*<table[\s\S]*\{% endfor %\}/);
  });

  test("a tag that MJML would drop, and other faults, are refused by line", async () => {
    const lost = MJML.replaceAll(/<\/?mj-raw>/g, "\n");
    const refused = await admin.ask("POST /campaigns", { title: "x", ...email({ email_mjml: lost }) });
    expect(refused.status).toBe(400);
    expect(refused.body.error.errors.email_mjml[0]).toMatch(/line 2: \{% for item in items %\} .*mj-raw/);
    for (const mjml of [
      '<mjml><mj-body><mj-include path="/etc/passwd"/></mj-body></mjml>',
      "nothing",
      "<mjml>",
    ])
      expect(
        (await admin.ask("POST /campaigns", { title: "x", ...email({ email_mjml: mjml }) })).status,
      ).toBe(400);
  });

  test("HTML without MJML takes its place", async () => {
    const id = await draft(admin, email({ email_mjml: MJML }));
    const edited = await stack.call("update/campaign", {
      id,
      messages: { "7": { email_html: "<p>Hi</p>" } },
    });
    expect(edited.body.model.messages["7"]).toMatchObject({ email_html: "<p>Hi</p>", email_mjml: null });
  });

  test("CSS is inlined where the campaign asks for it", async () => {
    const html =
      '<style>.a{color:red}</style><p class="a" {% if x %}id="b"{% endif %}>{{ x|default("<b>") }}</p>';
    const id = await draft(admin, email({ email_html: html, email_inline_css: 1 }));
    const held = (await admin.ask(`GET /campaigns/${id}`)).body.data.messages["7"];
    expect(held.email_html).toMatch(/<p class="a" \{% if x %\} ?id="b" ?\{% endif %\} style="color: red;?">/);
    expect(held.email_html).toContain('{{ x|default("<b>") }}');
  });
});
