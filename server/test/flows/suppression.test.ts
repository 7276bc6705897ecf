/** A suppressed address gets nothing, on any channel and whatever was asked; what is kept of it is a hash. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { addDevice } from "../devices.ts";
import { pathOf, rawBody, refusal } from "../raw-http.ts";
import { startHttpSink } from "../sinks/http-sink.ts";
import type { Sink } from "../sinks/sink.ts";
import {
  addPeople,
  emailCampaign,
  launch,
  type Project,
  type Stack,
  smsCampaign,
  startStack,
} from "../stack.ts";

let sms: Sink;
let stack: Stack;

beforeAll(async () => {
  sms = await startHttpSink({ ability: "keyed", keep: "body" });
  stack = await startStack({ env: { SMS_URL: `${sms.url}/sms`, SMS_ABILITY: "keyed" } });
});
afterAll(async () => {
  await stack.stop();
  await sms.close();
});
beforeEach(() => sms.reset());

const suppress = (rows: readonly unknown[], more: Readonly<Record<string, unknown>> = {}) =>
  stack.call("import/suppression", { rows, ...more });

/** What became of the targets, by target. */
async function send(project: Project, id: number, target: readonly (string | number)[], by = "user_id") {
  const answer = await project.call("execute/campaign", { id, target_by: by, target, async: false });
  expect(answer.status).toBe(200);
  return Object.fromEntries(
    answer.body.data.map((row: { target: string; reason: string | null }) => [row.target, row.reason]),
  );
}

const mobileOf = (i: number): string => String(353_850_000_000 + i);

describe("delivery", () => {
  test("a suppressed number ends skipped: suppressed, and the gateway never hears of it", async () => {
    await addPeople(stack, 3, "sup");
    const id = await launch(stack, smsCampaign("Hi"));
    const imported = await suppress([["sms", "+353 85 000 0001"]]);
    expect(imported.body).toMatchObject({ code: 200, model: { action: "add", rows: 1, changed: 1 } });
    expect(await send(stack, id, ["sup-0", "sup-1", "sup-2"])).toEqual({
      "sup-0": null,
      "sup-1": "suppressed",
      "sup-2": null,
    });
    expect(sms.received.map((receipt) => receipt.to).sort()).toEqual([mobileOf(0), mobileOf(2)]);
    const { body } = await stack.call("list/message", { condition: [["reason", "=", "suppressed"]] });
    expect(body.data).toMatchObject([{ target: "sup-1", status: 11, error_message: "suppressed" }]);
  });

  test("not even where subscriptions are ignored, nor when the number itself is the target", async () => {
    const fields = { sms: 1, messages: { "9": { sms_text: "Hi", ignore_subscription: 1 } } };
    const id = await launch(stack, fields);
    expect(await send(stack, id, ["sup-1"])).toEqual({ "sup-1": "suppressed" });
    expect(await send(stack, id, [mobileOf(1)], "mobile_number")).toEqual({ [mobileOf(1)]: "suppressed" });
    expect(sms.count()).toBe(0);
  });

  test("emails are matched in any case, and each channel is for itself", async () => {
    await suppress([{ channel: "email", address: "SUP-0@Example.org" }]);
    const email = await launch(stack, emailCampaign("Hi", "<p>x</p>"));
    expect(await send(stack, email, ["sup-0", "sup-1"])).toEqual({ "sup-0": "suppressed", "sup-1": null });
    const text = await launch(stack, smsCampaign("Still"));
    expect(await send(stack, text, ["sup-0"])).toEqual({ "sup-0": null });
  });

  test("a device by its token", async () => {
    const device = await addDevice(stack, "sup-2", 3);
    await suppress([["web_push", `token-${device}`]]);
    const id = await launch(stack, { web_push: 1, messages: { "3": { push_text: "Hi" } } });
    expect(await send(stack, id, [device], "id")).toEqual({ [device]: "suppressed" });
  });

  test("what is removed is sent to again", async () => {
    const removed = await suppress([["sms", mobileOf(1)]], { action: "remove" });
    expect(removed.body.model).toEqual({ action: "remove", rows: 1, changed: 1 });
    const id = await launch(stack, smsCampaign("Again"));
    expect(await send(stack, id, ["sup-1"])).toEqual({ "sup-1": null });
    expect(sms.received.map((receipt) => receipt.to)).toEqual([mobileOf(1)]);
  });

  test("one project's suppression is none in another", async () => {
    await suppress([["sms", "353861119999"]]);
    const other = await stack.createProject();
    await other.call("import/profile", {
      columns: ["user_id", "mobile_number", "sms_subscription"],
      rows: [["o", "353861119999", 1]],
    });
    const id = await launch(other, smsCampaign("Other"));
    expect(await send(other, id, ["o"])).toEqual({ o: null });
  });
});

describe("import", () => {
  /** Without a worker, which says every few seconds that it lives, and so changes a table. */
  let still: Stack;
  beforeAll(async () => {
    still = await startStack({ workers: 0 });
  });
  afterAll(() => still.stop());

  test("twins count once, columns may stand in any order, and again changes nothing", async () => {
    const rows = [
      ["A@b.ie", "email"],
      ["a@B.ie", "email"],
      ["353861230000", "sms"],
    ];
    const first = await suppress(rows, { columns: ["address", "channel"] });
    expect(first.body.model).toEqual({ action: "add", rows: 2, changed: 2 });
    const again = await suppress(rows, { columns: ["address", "channel"] });
    expect(again.body.model).toEqual({ action: "add", rows: 2, changed: 0 });
    const unknown = await suppress([["email", "nobody@b.ie"]], { action: "remove" });
    expect(unknown.body.model).toEqual({ action: "remove", rows: 1, changed: 0 });
  });

  test("ten thousand rows are taken in one call", async () => {
    const rows = Array.from({ length: 10_000 }, (_, i) => ["sms", String(353_870_000_000 + i)]);
    expect((await suppress(rows)).body.model).toMatchObject({ rows: 10_000, changed: 10_000 });
  });

  test("no address is kept, and the same one looks different in each project", async () => {
    const other = await stack.createProject();
    for (const project of [stack, other])
      await project.call("import/suppression", { rows: [["email", "secret@example.org"]] });
    const hashes = await stack.owner<{ hash: string }[]>`
      select encode(s.hash, 'hex') as hash from suppressions s join suppression_salts k using (project_id)
      where s.hash = sha256(k.salt || convert_to('secret@example.org', 'UTF8'))`;
    expect(hashes).toHaveLength(2);
    expect(hashes[0]?.hash).not.toBe(hashes[1]?.hash);
    const [row] = await stack.owner`
      select count(*)::integer as n from suppressions s where s::text like '%secret%'`;
    expect(row?.n).toBe(0);
  });

  test.each<[string, readonly string[], number?]>([
    ["", ["rows"]],
    ['"rows":[]', ["rows"]],
    ['"rows":"a@b.ie"', ["rows"]],
    ['"rows":["a@b.ie"]', ["rows[0]"]],
    ['"rows":[["email"]]', ["rows[0]"]],
    ['"rows":[["fax","1"]]', ["rows[0].channel"]],
    ['"rows":[["webhook","1"]]', ["rows[0].channel"]],
    ['"rows":[[["email"],"a@b.ie"]]', ["rows[0].channel"]],
    ['"rows":[["email","a@b.ie"],["email","no"],["sms","0861"]]', ["rows[1].address", "rows[2].address"]],
    ['"rows":[{"channel":"email"}]', ["rows[0].address"]],
    ['"rows":[["email","a@b.ie"]],"action":"replace"', ["action"]],
    ['"rows":[["email","a@b.ie"]],"columns":["email"]', ["columns"]],
    [`"rows":[${Array(50_001).fill("0").join(",")}]`, ["rows"], 413],
  ])("is refused and nothing is stored: %.60s", async (fields, named, status = 400) => {
    const request = { path: pathOf("import/suppression"), body: rawBody(still.token, fields) };
    const { answer, faults } = await refusal(still, request, status);
    expect(faults).toEqual([]);
    expect(Object.keys(answer.body.errors)).toEqual(named);
  });
});
