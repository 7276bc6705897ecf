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
