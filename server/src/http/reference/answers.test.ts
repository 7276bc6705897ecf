/** What the product really answers is what the reference says: every field documented, every type right. */
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { addDevice } from "../../../test/devices.ts";
import { addPeople, launch, type Stack, smsCampaign, startStack } from "../../../test/stack.ts";
import { OPERATIONS } from "../external/operations.ts";
import { openApi } from "./open-api.ts";

// biome-ignore lint/suspicious/noExplicitAny: a document of any shape is walked here
type Any = any;

const DOCUMENT: Any = JSON.parse(JSON.stringify(openApi(OPERATIONS)));
const ajv = new Ajv2020({ strict: false, allErrors: true });
ajv.addSchema(DOCUMENT, "document");

let stack: Stack;
let campaignId: number;
let taskId: number;
let deviceId: number;
let listId: number;

beforeAll(async () => {
  stack = await startStack();
  await addPeople(stack, 2);
  campaignId = await launch(stack, smsCampaign("Hi {{ first_name }}"));
  const body = {
    id: campaignId,
    target_by: "user_id",
    target: ["user-0", "nobody"],
    target_existing_only: 1,
  };
  await stack.call("execute/campaign", { ...body, async: false });
  const task = await stack.call("import/profile", { columns: ["user_id"], rows: [["user-1"]], async: true });
  taskId = task.body.model.id;
  deviceId = await addDevice(stack, "user-0", 3);
  listId = (await stack.call("create/list", { title: "People" })).body.model.id;
});
afterAll(async () => {
  await stack.stop();
});

const resolved = (schema: Any): Any =>
  schema?.$ref === undefined ? schema : DOCUMENT.components.schemas[schema.$ref.split("/").at(-1)];

/** The documented fields of `model`, or of the entries of `data`, in every answer of one status. */
function documented(path: string, status: number, part: "model" | "data"): Set<string> {
  const { schema } = DOCUMENT.paths[path].post.responses[status].content["application/json"];
  const answers: Any[] = schema.anyOf ?? [schema];
  const found = answers.flatMap(({ allOf }) => {
    const property = resolved(allOf?.[1]?.properties?.[part]);
    const fields = resolved(part === "data" ? property?.items : property)?.properties ?? {};
    return Object.keys(fields);
  });
  return new Set(found);
}

const CALLS: readonly (readonly [operation: string, body: () => Record<string, unknown>])[] = [
  ["execute/campaign", () => ({ id: campaignId, target_by: "user_id", target: ["user-0"] })],
  ["execute/campaign", () => ({ id: campaignId, target_by: "user_id", target: ["user-0"], async: false })],
  ["create/campaign", () => ({ title: "New", trigger: 3, web_push: 1, push_text: "Hi" })],
  ["update/campaign", () => ({ id: campaignId, title: "Renamed" })],
  ["info/campaign", () => ({ id: campaignId })],
  ["list/campaign", () => ({ count: 1 })],
  ["stop/campaign", () => ({ id: campaignId })],
  ["start/campaign", () => ({ id: campaignId })],
  ["import/profile", () => ({ columns: ["user_id", "first_name"], rows: [["user-0", "Ada"]] })],
  ["import/profile", () => ({ columns: ["user_id"], rows: [["user-0"]], async: 1 })],
  ["info/profile", () => ({ user_id: "user-0" })],
  ["list/profile", () => ({})],
  ["list/push", () => ({})],
  ["list/push-devices", () => ({})],
  ["list/message", () => ({})],
  ["list/task", () => ({})],
  ["info/task", () => ({ id: taskId })],
  ["hit/event", () => ({ user_id: "user-0", event: "deposit", value: { amount: 20 } })],
  ["create/tag", () => ({ name: "signin" })],
  ["create/attribute", () => ({ name: "last_visit", type: "Date" })],
  ["batch-create/tag", () => ({ tags: [{ name: "signout" }] })],
  ["hit/attribute", () => ({ user_id: "user-0", attribute: "tier", value: "gold" })],
  ["list/attribute", () => ({})],
  ["list/tag", () => ({})],
  ["list/profile-attribute", () => ({})],
  ["list/device", () => ({})],
  ["info/device", () => ({ id: deviceId })],
  ["create/list", () => ({ title: "Regulars" })],
  ["update/list", () => ({ id: listId, title: "Regulars, Dublin" })],
  ["import/list", () => ({ id: listId, items: ["user-0"] })],
  ["info/list", () => ({ id: listId })],
  ["list/list", () => ({})],
  ["list/list-item", () => ({})],
  ["delete/list", () => ({ id: listId })],
  ["import/suppression", () => ({ rows: [["email", "a@example.org"]] })],
];

test.each(CALLS)("%s answers what is documented (%#)", async (operation, body) => {
  const path = `/api/external/${operation}`;
  const { status, body: answer } = await stack.call(operation, body());
  expect(answer).toMatchObject({ code: status, success: true });
  const steps = ["paths", path, "post", "responses", String(status), "content", "application/json", "schema"];
  const pointer = steps.map((step) => encodeURIComponent(step.replaceAll("/", "~1"))).join("/");
  const validate = ajv.compile({ $ref: `document#/${pointer}` });
  expect(validate(answer), ajv.errorsText(validate.errors)).toBe(true);
  if (answer.model !== undefined) {
    const known = documented(path, status, "model");
    expect(Object.keys(answer.model).filter((name) => !known.has(name))).toEqual([]);
  }
  if (answer.data !== undefined) {
    expect(answer.data.length).toBeGreaterThan(0);
    const known = documented(path, status, "data");
    for (const row of answer.data) expect(Object.keys(row).filter((name) => !known.has(name))).toEqual([]);
  }
});
