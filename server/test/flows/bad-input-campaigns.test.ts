/**
 * create, update, start and stop of campaigns: what the model does not allow is named by field and changes nothing,
 * and a state that forbids a move says so (seed: overview, errors; decisions: campaign model).
 */
import { describe, expect, test } from "vitest";
import { openDoor, type Row } from "../bad-input.ts";
import type { RawAnswer } from "../raw-http.ts";
import { launch, smsCampaign } from "../stack.ts";

let draftId: number;

const door = openDoor({
  async prepare(stack) {
    draftId = await launch(stack, { ...smsCampaign("Hi"), active: 0 });
  },
});

const refuses = (
  to: string,
  fields: string,
  expected: { named?: readonly string[]; status?: number },
): Promise<RawAnswer> => door.refuses({ to, fields }, expected);

const long = JSON.stringify("x".repeat(60_000));

/** Fields that neither a new campaign nor an old one takes, and the names under which they are refused. */
const WRONG: readonly (readonly [name: string, fields: string, named: readonly string[]])[] = [
  ["a blank title", '"title":" "', ["title"]],
  ["a title that is cleared", '"title":null', ["title"]],
  ["a title of two lines", '"title":"a\\nb"', ["title"]],
  ["a title that is a list", '"title":["x"]', ["title"]],
  ["a long title", `"title":"${"x".repeat(256)}"`, ["title"]],
  ["an unknown trigger", '"trigger":4', ["trigger"]],
  ["a trigger by name", '"trigger":"api"', ["trigger"]],
  ["a switch of 2", '"sms":2', ["sms"]],
  ["a switch in words", '"active":"yes"', ["active"]],
  ["an unknown message type", '"messages":{"99":{}}', ["messages.99"]],
  ["a message type by name", '"messages":{"sms":{"sms_text":"x"}}', ["messages.sms"]],
  ["a padded message type", '"messages":{"09":{"sms_text":"x"}}', ["messages.09"]],
  ["messages as a list", '"messages":[{"sms_text":"x"}]', ["messages"]],
  ["a message as text", '"messages":{"9":"x"}', ["messages.9"]],
  ["a text that is an object", '"messages":{"9":{"sms_text":{"a":1}}}', ["messages.9.sms_text"]],
  ["a text that is too long", `"messages":{"9":{"sms_text":${long}}}`, ["messages.9.sms_text"]],
  [
    "a subject of two lines",
    '"messages":{"7":{"email_subject":"a\\r\\nBcc: x"}}',
    ["messages.7.email_subject"],
  ],
  ["a webhook method", '"messages":{"8":{"webhook_method":"TRACE"}}', ["messages.8.webhook_method"]],
  [
    "a header of the transport",
    '"messages":{"8":{"webhook_headers":{"Host":"x"}}}',
    ["messages.8.webhook_headers"],
  ],
  [
    "a header of two lines",
    '"messages":{"8":{"webhook_headers":{"X-A":"a\\r\\nX-B: b"}}}',
    ["messages.8.webhook_headers"],
  ],
  [
    "a language that is none",
    '"messages":{"9":{"languages":{"english!":{}}}}',
    ["messages.9.languages.english!"],
  ],
  ["a reserved payload key", '"payload_add":[{"key":"aps","value":"x"}]', ["payload_add"]],
  ["a payload without keys", '"payload_add":[{"value":"x"}]', ["payload_add"]],
  ["a link with spaces", '"url":"http://a b"', ["url"]],
  ["a count without a unit", '"retry_for":2', ["retry_for_period"]],
  ["a unit that is none", '"retry_for":2,"retry_for_period":"fortnights"', ["retry_for_period"]],
  ["a post-back that is no URL", '"postback_url":"javascript:alert(1)"', ["postback_url"]],
  [
    "an unknown post-back event",
    '"postback_url":"https://a.example/","postback_events":["all"]',
    ["postback_events"],
  ],
  ["connections that are no ids", '"webhook_connections":["x"]', ["webhook_connections"]],
  ["an unknown environment", '"ios":{"environment":"moon"}', ["ios.environment"]],
  ["a template that does not parse", '"sms":1,"messages":{"9":{"sms_text":"{{ a"}}', ["sms_text"]],
  [
    "a template with an unknown tag",
    '"sms":1,"messages":{"9":{"sms_text":"{% import \'x\' %}"}}',
    ["sms_text"],
  ],
  [
    "a template with an unknown filter",
    '"sms":1,"messages":{"9":{"sms_text":"{{ a|system }}"}}',
    ["sms_text"],
  ],
  [
    "conditions, which nobody evaluates yet",
    '"conditions":{"operator":"AND","0":["a","=",1]}',
    ["conditions"],
  ],
];

describe("create/campaign", () => {
  test("without a title", () => refuses("create/campaign", '"sms":0', { named: ["title"] }));

  test("the seed's own sample: a push without text", async () => {
    const answer = await refuses("create/campaign", '"title":"T","web_push":1,"active":1', {
      named: ["text"],
    });
    expect(answer.body).toEqual({
      code: 400,
      success: false,
      message: "Campaign is not created",
      errors: { text: ["Text cannot be blank."] },
    });
  });

  test("live without a channel", () =>
    refuses("create/campaign", '"title":"T","active":1', { named: ["channels"] }));

  test("what no campaign can have", () =>
    door.refusesAll(
      WRONG.map(([name, fields, named]): Row => {
        const withTitle = fields.startsWith('"title"') ? fields : `"title":"T",${fields}`;
        return [name, { to: "create/campaign", fields: withTitle }, { named }];
      }),
    ));
});

describe("update/campaign", () => {
  test("what no campaign can have", () =>
    door.refusesAll(
      WRONG.map(([name, fields, named]): Row => {
        return [name, { to: "update/campaign", fields: `"id":${draftId},${fields}` }, { named }];
      }),
    ));

  test("4.7: conditions are refused where it is launched, too", () => {
    const fields = `"active":1,"conditions":{"operator":"AND","0":["segment","=",1]}`;
    return refuses("update/campaign", `"id":${draftId},${fields}`, { named: ["conditions"] });
  });

  test("a live campaign cannot lose what it sends", async () => {
    const id = await launch(door.stack, smsCampaign("Hi"));
    await refuses("update/campaign", `"id":${id},"messages":{"9":{"sms_text":""}}`, { named: ["sms_text"] });
    await refuses("update/campaign", `"id":${id},"sms":0`, { named: ["channels"] });
  });

  test("what belongs to the platform is passed over", async () => {
    const answer = await door.stack.call("update/campaign", {
      id: draftId,
      title: "Mine",
      project_id: 999,
      status: 3,
      create_time: 1,
      created_by: "me",
    });
    expect(answer.body).toMatchObject({ code: 200, model: { id: draftId, title: "Mine", status: 0 } });
    expect(answer.body.model.create_time).toBeGreaterThan(1_700_000_000);
    expect(await door.stack.owner`select project_id from campaigns where id = ${draftId}`).toEqual([
      { project_id: door.stack.id },
    ]);
  });

  test("what info shows can be sent back as it is", async () => {
    const { body } = await door.stack.call("info/campaign", { id: draftId });
    const answer = await door.stack.call("update/campaign", body.model);
    expect(answer.body).toMatchObject({ code: 200, success: true });
    expect(answer.body.model).toEqual({ ...body.model, update_time: answer.body.model.update_time });
  });
});

describe("start and stop", () => {
  const inState = async (state: number): Promise<number> => {
    const id = await launch(door.stack, smsCampaign("Hi"));
    await door.stack.owner`update campaigns set state = ${state} where id = ${id}`;
    return id;
  };

  test.each([
    ["start/campaign", 1, "live"],
    ["start/campaign", 3, "past"],
    ["start/campaign", 4, "closed"],
    ["stop/campaign", 0, "draft"],
    ["stop/campaign", 2, "stopped"],
    ["stop/campaign", 3, "past"],
    ["stop/campaign", 4, "closed"],
  ])("%s in state %i", async (operation, state, word) => {
    const answer = await refuses(operation, `"id":${await inState(state)}`, { status: 409 });
    expect(answer.body.message).toContain(word);
  });

  test("update cannot move a campaign where start and stop cannot", async () => {
    for (const state of [3, 4]) {
      const answer = await refuses("update/campaign", `"id":${await inState(state)},"active":1`, {
        status: 409,
      });
      expect(answer.body.message).toContain(state === 3 ? "past" : "closed");
    }
  });

  test("update without a move keeps the state, whatever it is", async () => {
    for (const state of [0, 1, 2, 3, 4]) {
      const id = await inState(state);
      const answer = await door.stack.call("update/campaign", {
        id,
        title: "New",
        active: state === 1 ? 1 : 0,
      });
      expect(answer.body).toMatchObject({ code: 200, model: { title: "New", status: state } });
    }
  });

  test("a draft without content cannot start", async () => {
    const { body } = await door.stack.call("create/campaign", { title: "Empty", trigger: 3, web_push: 1 });
    const { id } = body.model ?? {};
    if (id === undefined)
      expect(body).toMatchObject({ code: 400, errors: { text: ["Text cannot be blank."] } });
    else await refuses("start/campaign", `"id":${id}`, { named: ["text"] });
  });

  test("a draft without a channel cannot start", async () => {
    const { body } = await door.stack.call("create/campaign", { title: "Empty", trigger: 3 });
    await refuses("start/campaign", `"id":${body.model.id}`, { named: ["channels"] });
  });
});
