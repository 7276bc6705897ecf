/**
 * What callers do by habit although no page tells them to: long HTML, empty lists of names, the same address in
 * another case. Each was a surprise to somebody who met the API for the first time.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { addPeople, launch, type Stack, smsCampaign, startStack } from "../stack.ts";

let stack: Stack;
let smsId: number;

beforeAll(async () => {
  stack = await startStack();
  await addPeople(stack, 2);
  smsId = await launch(stack, smsCampaign("Hi"));
});
afterAll(async () => {
  await stack.stop();
});

const execute = (fields: Readonly<Record<string, unknown>>) =>
  stack.call("execute/campaign", {
    id: smsId,
    target_by: "user_id",
    target: ["user-0"],
    async: 0,
    ...fields,
  });

describe("long templates", () => {
  test("an email's HTML above 64 KiB is stored, sent and overridden; its own limit holds", async () => {
    const html = `<p>${"x".repeat(100_000)}</p>`;
    const id = await launch(stack, { email: 1, messages: { "7": { email_subject: "S", email_html: html } } });
    const { body } = await stack.call("info/campaign", { id, select: ["email_html"] });
    expect(body.model.messages["7"].email_html).toBe(html);
    expect((await execute({ id })).body.model.outcomes).toEqual({ delivered: 1 });
    const override = { messages: { "7": { email_html: `${html} again` } } };
    expect((await execute({ id, ...override })).body.model.outcomes).toEqual({ delivered: 1 });
    const refused = await stack.call("update/campaign", { id, email_html: "x".repeat(262_145) });
    expect(refused.body).toMatchObject({
      code: 400,
      errors: { email_html: ["Email Html must have at most 262144 characters."] },
    });
  });
});

describe("lists", () => {
  test("a message's outcome stands beside its status, and finds it", async () => {
    await execute({ target: ["user-0", "nobody"] });
    const condition = [
      ["campaign_id", "=", smsId],
      ["outcome", "=", "skipped"],
    ];
    const { body } = await stack.call("list/message", { condition, select: ["outcome", "status", "reason"] });
    expect(body.data).toEqual([{ outcome: "skipped", status: 11, reason: "unknown_target" }]);
  });
});

describe("people by their email", () => {
  test("are found by the text that was imported, and in any case", async () => {
    const columns = ["user_id", "email", "email_subscription"];
    const imported = await stack.call("import/profile", {
      columns,
      rows: [["mixed", "New.Person@Example.ORG", 1]],
    });
    expect(imported.status).toBe(200);
    const found = async (condition: unknown) =>
      (await stack.call("list/profile", { condition, select: ["user_id"] })).body.data;
    for (const email of ["New.Person@Example.ORG", "new.person@example.org", "NEW.PERSON@EXAMPLE.ORG"]) {
      expect(await found([["email", "=", email]])).toEqual([{ user_id: "mixed" }]);
      expect(await found([["email", "IN", [email, "x@example.org"]]])).toEqual([{ user_id: "mixed" }]);
      expect(
        await found([
          ["user_id", "=", "mixed"],
          ["email", "!=", email],
        ]),
      ).toEqual([]);
      expect(
        await found([
          ["user_id", "=", "mixed"],
          ["email", "NOT IN", [email]],
        ]),
      ).toEqual([]);
    }
    const info = await stack.call("info/profile", { user_id: "mixed", select: ["email"] });
    expect(info.body.model).toEqual({ email: "New.Person@example.org" });
  });

  test.each([
    [{}, { id: ["Id cannot be blank."], user_id: ["User Id cannot be blank."] }],
    [{ profile_id: "x" }, { profile_id: ["Profile Id must be a positive whole number below 2^53."] }],
  ])("info/profile with %j names what is missing or wrong", async (body, errors) => {
    expect((await stack.call("info/profile", body)).body).toMatchObject({ code: 400, errors });
  });
});

describe("user lists", () => {
  test("items of the list that is named, under both names and beside a condition of both kinds", async () => {
    const make = async (title: string): Promise<number> =>
      (await stack.call("create/list", { title, identifier: "external_id" })).body.model.id;
    const [one, two] = [await make("One"), await make("Two")];
    await stack.call("import/list", { id: one, items: ["a", "b"] });
    await stack.call("import/list", { id: two, items: ["b", "c"] });
    const items = async (body: Readonly<Record<string, unknown>>) =>
      (await stack.call("list/list-item", { ...body, count: 1 })).body;
    expect(await items({})).toMatchObject({ total: 4 });
    expect(await items({ list_id: one })).toMatchObject({ total: 2, data: [{ item: "a" }, { item: "b" }] });
    expect(await items({ id: String(two), order: ["item"] })).toMatchObject({
      data: [{ item: "b" }, { item: "c" }],
    });
    expect(await items({ list_id: one, condition: [["item", "=", "b"]] })).toMatchObject({
      data: [{ list_id: one, item: "b" }],
    });
    const group = { operator: "OR", "0": ["item", "=", "b"], "1": ["item", "=", "c"] };
    expect(await items({ list_id: one, condition: group })).toMatchObject({
      data: [{ list_id: one, item: "b" }],
    });
    const nested = { operator: "AND", "0": group, "1": ["item", "!=", "c"] };
    expect(await items({ list_id: two, condition: nested })).toMatchObject({
      data: [{ list_id: two, item: "b" }],
    });
    expect(await items({ list_id: "x" })).toMatchObject({
      code: 400,
      errors: { list_id: [expect.any(String)] },
    });
    expect(await items({ list_id: one, condition: "x" })).toMatchObject({
      code: 400,
      errors: { condition: [expect.any(String)] },
    });
  });

  test("a list by external_id is one by user_id; a title has no control characters", async () => {
    const { body } = await stack.call("create/list", { title: "Old name", identifier: "external_id" });
    expect(body.model).toMatchObject({ identifier: "user_id" });
    const again = { id: body.model.id, title: "New name", identifier: "external_id" };
    expect((await stack.call("update/list", again)).status).toBe(200);
    expect((await stack.call("create/list", { title: "a\u0001b" })).body).toMatchObject({
      code: 400,
      errors: { title: ["Title must not contain line breaks or control characters."] },
    });
  });
});

describe("small habits", () => {
  test("a number as the key in the body is its text, as execute takes it", async () => {
    const hit = () => stack.call("hit/event", { user_id: "user-0", event: "paid", idempotency_key: 4711 });
    expect((await hit()).status).toBe(200);
    expect((await hit()).headers.get("idempotent-replayed")).toBe("true");
  });

  test("multipart/form-data is named, not taken for a call without a token", async () => {
    const form = new FormData();
    form.set("apptoken", stack.token);
    const answer = await fetch(`${stack.url}/api/external/list/campaign`, { method: "POST", body: form });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      message: "Body must be a JSON object or a form, not multipart/form-data.",
    });
  });

  test("languages are named as in profiles, time zones as in times", async () => {
    const message = { sms_text: "Hi", languages: { pt_BR: { sms_text: "Olá" } } };
    const id = await launch(stack, { sms: 1, messages: { "9": message } });
    const rows = [["brazil", "pt_BR", "GMT", "353860000001", 1]];
    const columns = ["user_id", "language", "timezone", "mobile_number", "sms_subscription"];
    expect((await stack.call("import/profile", { columns, rows })).status).toBe(200);
    expect((await execute({ id, target: ["brazil"] })).body.model.outcomes).toEqual({ delivered: 1 });
    const kept = await stack.owner<{ content: string }[]>`
      select content from sandbox_messages where project_id = ${stack.id} and address = '353860000001'`;
    expect(kept.map(({ content }) => JSON.parse(content).text)).toEqual(["Olá"]);
  });

  test("what is not moved says so", async () => {
    expect((await stack.call("start/campaign")).body).toMatchObject({
      code: 400,
      message: "Campaign is not started",
    });
    expect((await stack.call("stop/campaign")).body).toMatchObject({
      code: 400,
      message: "Campaign is not stopped",
    });
  });
});

describe("execute", () => {
  test("target_existing_only: 0 that cannot make profiles says so", async () => {
    const unknown = { target_by: "email", target: ["new@example.org"], target_existing_only: 0 };
    const { body } = await execute(unknown);
    expect(body.model.outcomes).toEqual({ skipped: 1 });
    expect(body.model.warnings).toEqual([
      "target_existing_only was ignored: email makes no profiles, only user_id does.",
    ]);
    expect((await execute({ target_existing_only: 0 })).body.model).not.toHaveProperty("warnings");
    expect((await execute({ target_by: "email", target: ["a@example.org"] })).body.model).not.toHaveProperty(
      "warnings",
    );
  });
});
