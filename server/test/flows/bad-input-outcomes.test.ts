/**
 * What is accepted although it is bad ends with a reason for its own message and never reaches the wrong person
 * (bad-input catalogue 4.2, rows 12, 14, 19 to 22, 35 and 37; 4.3, row 19).
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type Answered,
  addPeople,
  emailCampaign,
  launch,
  type Stack,
  smsCampaign,
  startStack,
  until,
} from "../stack.ts";

let stack: Stack;
let stopped: Answered;

beforeAll(async () => {
  stack = await startStack({ workers: 0 });
  await addPeople(stack, 2);
  // Row 37: accepted, then stopped, and only then is there a worker.
  const id = await launch(stack, smsCampaign("Never"));
  stopped = await stack.call("execute/campaign", { id, target_by: "user_id", target: ["user-0", "user-1"] });
  expect((await stack.call("stop/campaign", { id })).status).toBe(200);
  await stack.startWorker();
});
afterAll(async () => {
  await stack.stop();
});

interface Sent {
  readonly address: string;
  readonly content: string;
}

const sent = async (address: string): Promise<Sent[]> => [
  ...(await stack.owner<Sent[]>`
    select address, content from sandbox_messages where address = ${address} order by id`),
];

/** Executes and waits for the outcome. */
async function outcomeOf(id: number, fields: Record<string, unknown>): Promise<Answered["body"]> {
  const answer = await stack.call("execute/campaign", { id, async: false, ...fields });
  expect(answer.body).toMatchObject({ code: 200, success: true, model: { is_complete: true } });
  return answer.body;
}

const importPeople = async (columns: readonly string[], ...rows: readonly unknown[][]): Promise<void> => {
  const answer = await stack.call("import/profile", { columns, rows });
  expect(answer.body).toMatchObject({ code: 200 });
};

/** Deletes the personal data of one, and waits until it is done. */
async function erase(userId: string): Promise<void> {
  const { body } = await stack.call("delete-personal-data/profile", { user_id: userId });
  expect(body).toMatchObject({ code: 202, success: true });
  await until(
    () => stack.call("info/task", { id: body.model.id }),
    (answer) => answer.body.model.status === "completed",
  );
}

const ADDRESS = ["user_id", "email", "email_subscription"];

test("12: without target_by a target is a device, never a user id", async () => {
  const columns = ["user_id", "mobile_number", "sms_subscription"];
  await importPeople(columns, ["12345", "353850012345", 1], ["user-0", "353850012346", 1]);
  const id = await launch(stack, smsCampaign("Hi"));
  for (const target of [12_345, "12345", "user-0"]) {
    const body = await outcomeOf(id, { target: [target] });
    expect(body.model.outcomes).toEqual({ skipped: 1 });
    expect(body.data).toMatchObject([{ target: String(target), reason: "unknown_target" }]);
  }
  expect(await sent("353850012346")).toEqual([]);
  expect(await sent("353850012345")).toEqual([]);
});

test("14: an address matches whatever its case", async () => {
  await importPeople(ADDRESS, ["case", "Case.Me@shop.example", 1]);
  const id = await launch(stack, emailCampaign("Hi", "<p>Hi</p>"));
  const body = await outcomeOf(id, { target_by: "email", target: ["cASE.mE@SHOP.example"] });
  expect(body.model.outcomes).toEqual({ delivered: 1 });
  expect(await sent("Case.Me@shop.example")).toHaveLength(1);
});

test("14: of two people with one address both are counted and one message goes out", async () => {
  await importPeople(ADDRESS, ["twin-1", "both@shop.example", 1], ["twin-2", "both@shop.example", 1]);
  const id = await launch(stack, emailCampaign("Hi", "<p>Hi</p>"));
  const body = await outcomeOf(id, { target_by: "email", target: ["both@shop.example"] });
  expect(body.model.outcomes).toEqual({ delivered: 1, skipped: 1 });
  expect(body.data.map((row: { reason: string | null }) => row.reason).sort()).toEqual(["duplicate", null]);
  expect(await sent("both@shop.example")).toHaveLength(1);
});

test("19: a placeholder in a value is text", async () => {
  await importPeople(
    ["user_id", "mobile_number", "sms_subscription", "balance"],
    ["lit", "353850000019", 1, "9"],
  );
  const id = await launch(stack, smsCampaign("Hi {{ fname }}"));
  await outcomeOf(id, { target_by: "user_id", target: ["lit"], params: { fname: "{{balance}}{% if 1 %}" } });
  expect(JSON.parse((await sent("353850000019"))[0]?.content ?? "{}").text).toBe("Hi {{balance}}{% if 1 %}");
});

test("20: markup in a value is escaped in HTML and literal in SMS", async () => {
  const columns = [...ADDRESS, "mobile_number", "sms_subscription"];
  await importPeople(columns, ["markup", "markup@shop.example", 1, "353850000020", 1]);
  const id = await launch(stack, {
    ...smsCampaign("Hi {{ name }}"),
    email: 1,
    messages: {
      "7": { email_subject: "Hi", email_html: "<p>{{ name }}</p>", email_from: "news@example.org" },
      "9": { sms_text: "Hi {{ name }}", sms_from: "Carillon" },
    },
  });
  await outcomeOf(id, { target_by: "user_id", target: ["markup"], params: { name: "<script>x</script>" } });
  const [mail] = await sent("markup@shop.example");
  expect(mail?.content).toContain("&lt;script&gt;");
  expect(mail?.content).not.toContain("<script>");
  expect((await sent("353850000020"))[0]?.content).toContain("Hi <script>x</script>");
});

test("21: a sender that is too short ends its own message, the others go", async () => {
  const id = await launch(stack, smsCampaign("Hi", "{{ from }}"));
  const body = await outcomeOf(id, {
    target_by: "user_id",
    target_with_params: { "user-0": { from: "AB" }, "user-1": { from: "Airline" } },
  });
  expect(body.model.outcomes).toEqual({ delivered: 1, skipped: 1 });
  const short = body.data.find((row: { target: string }) => row.target === "user-0");
  expect(short).toMatchObject({ reason: "invalid_content" });
  expect(short.error).toContain("3 and 11");
});

test("22: a line break in a subject never becomes a header", async () => {
  await importPeople(ADDRESS, ["crlf", "crlf@shop.example", 1]);
  const id = await launch(stack, emailCampaign("{{ subj }}", "<p>Hi</p>"));
  const body = await outcomeOf(id, {
    target_by: "user_id",
    target: ["crlf"],
    params: { subj: "Hi\r\nBcc: x@y.example" },
  });
  const [mail] = await sent("crlf@shop.example");
  if (mail === undefined) expect(body.data).toMatchObject([{ reason: "invalid_content" }]);
  else expect(JSON.parse(mail.content).subject).not.toMatch(/[\r\n]/);
  expect(await sent("x@y.example")).toEqual([]);
});

test("35: who left, is suppressed or was erased gets nothing, and the call succeeds", async () => {
  const people = ["left", "stays", "held", "erased"];
  const rows = people.map((name) => [name, `${name}@shop.example`, name === "left" ? 0 : 1]);
  await importPeople(ADDRESS, ...rows);
  const columns = ["channel", "address"];
  const held = await stack.call("import/suppression", { columns, rows: [["email", "held@shop.example"]] });
  expect(held.body).toMatchObject({ success: true });
  await erase("erased");
  const id = await launch(stack, emailCampaign("Hi", "<p>Hi</p>"));
  const body = await outcomeOf(id, { target_by: "user_id", target: [...people, "nobody"] });
  expect(body.model).toMatchObject({ accepted: 5, outcomes: { delivered: 1, skipped: 4 } });
  const reasons = Object.fromEntries(
    body.data.map((row: { target: string; reason: string }) => [row.target, row.reason]),
  );
  const gone = { erased: "unknown_target", nobody: "unknown_target" };
  expect(reasons).toEqual({ left: "unsubscribed", stays: null, held: "suppressed", ...gone });
  for (const name of ["left", "held", "erased"]) expect(await sent(`${name}@shop.example`)).toEqual([]);
});

test("4.3, 19: who was erased may come back, as somebody new", async () => {
  await importPeople([...ADDRESS, "first_name"], ["back", "back@shop.example", 1, "Ada"]);
  await erase("back");
  await importPeople(ADDRESS, ["back", "back@shop.example", 1]);
  const { body } = await stack.call("info/profile", { user_id: "back" });
  expect(body.model).toMatchObject({ email: "back@shop.example", email_subscription: 1, first_name: null });
});

test("37: what was accepted before a stop is cancelled, not sent", async () => {
  expect(stopped.body).toMatchObject({ code: 200, model: { accepted: 2 } });
  const condition = [["execution_id", "=", stopped.body.model.id]];
  const list = await until(
    () => stack.call("list/message", { condition }),
    ({ body }) => body.data.length === 2 && body.data.every((row: { status: number }) => row.status > 1),
  );
  expect(list.body.data).toMatchObject([{ status: 9 }, { status: 9 }]);
  const [row] =
    await stack.owner`select count(*)::integer as n from sandbox_messages where content like '%Never%'`;
  expect(row?.n).toBe(0);
});
