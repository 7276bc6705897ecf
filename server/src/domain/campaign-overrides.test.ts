import { describe, expect, test } from "vitest";
import { type CampaignContent, settingsOf } from "./campaign-content.ts";
import { CAMPAIGN_FIELDS } from "./campaign-fields.ts";
import { applyOverrides } from "./campaign-overrides.ts";

type Body = Record<string, unknown>;

/** A template that sends web push and SMS. */
const TEMPLATE: CampaignContent = {
  channels: [3, 9],
  messages: {
    3: { push_text: "Gate {{gate}}", payload_add: [{ key: "screen", value: "flight" }] },
    9: { sms_text: "Gate {{gate}}", sms_from: "GATES" },
  },
  languages: { 9: { ga: { sms_text: "Geata {{gate}}" } } },
  settings: { retry_for: 1, retry_for_period: "days" },
};

function overridden(overrides: Body) {
  const result = applyOverrides(TEMPLATE, overrides);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

function refused(overrides: Body): Body {
  const result = applyOverrides(TEMPLATE, overrides);
  if (result.ok) throw new Error("accepted");
  return { ...result.error };
}

test("without overrides the template itself is used", () => {
  expect(overridden({}).content).toBe(TEMPLATE);
});

test("the seed's call: require interaction, two weeks of retries", () => {
  const { content, warnings } = overridden({
    messages: { "3": { push_require_interaction: true } },
    retry_for: 2,
    retry_for_period: "weeks",
  });
  expect(content.messages[3]).toEqual({ ...TEMPLATE.messages[3], push_require_interaction: 1 });
  expect(settingsOf(content).retrySeconds).toBe(1_209_600);
  expect(content.messages[9]).toEqual(TEMPLATE.messages[9]);
  expect(warnings).toEqual([]);
});

test("the seed's call: a payload is added to the template's", () => {
  const { content } = overridden({
    payload_add: [{ key: "URL_KEY", value: "https://m.example.com/deeplink/123456" }],
  });
  expect(content.messages[3]?.payload_add).toEqual([
    { key: "screen", value: "flight" },
    { key: "URL_KEY", value: "https://m.example.com/deeplink/123456" },
  ]);
  expect(content.messages[1]).toBeUndefined();
});

test("a payload key that both have is the call's; an empty payload takes nothing away", () => {
  const pairs = (overrides: Body) => overridden(overrides).content.messages[3]?.payload_add;
  expect(pairs({ messages: { 3: { payload_add: { screen: "seat" } } } })).toEqual([
    { key: "screen", value: "seat" },
  ]);
  expect(pairs({ payload_add: [] })).toEqual([{ key: "screen", value: "flight" }]);
});

test("the template is not changed", () => {
  const before = JSON.stringify(TEMPLATE);
  overridden({ sms_text: "new", payload_add: { a: "b" }, sms: 1, messages: { 9: { languages: {} } } });
  expect(JSON.stringify(TEMPLATE)).toBe(before);
});

test("a channel may be left out of one call, but not all of them", () => {
  expect(overridden({ sms: 0 }).content.channels).toEqual([3]);
  expect(refused({ sms: 0, web_push: "0" })).toEqual({ channels: ["Channels cannot all be switched off."] });
});

test("a channel that the call switches on needs its content", () => {
  expect(refused({ email: 1 })).toHaveProperty("email_subject");
  const { content } = overridden({ email: 1, email_subject: "S", email_text: "T" });
  expect(content.channels).toEqual([3, 7, 9]);
});

describe("catalogue 4.2", () => {
  test("32 messages of a channel that the template lacks are passed over with a warning", () => {
    const { content, warnings } = overridden({
      messages: { "7": { email_subject: "x" }, "1": {}, "4": [], "9": { sms_from: "OTHER" } },
    });
    expect(content.messages[7]).toBeUndefined();
    expect(content.messages[9]?.sms_from).toBe("OTHER");
    expect(warnings).toEqual([
      "messages.1 was ignored: the campaign does not send on that channel.",
      "messages.7 was ignored: the campaign does not send on that channel.",
    ]);
  });

  test("32 an unknown message type is refused, an empty list is none", () => {
    expect(refused({ messages: { "99": {} } })).toEqual({
      "messages.99": ["Messages.99 is not a message type."],
    });
    expect(overridden({ messages: [] }).content).toEqual(TEMPLATE);
  });

  test("33 what identifies, starts or reports a campaign is not overridable", () => {
    const names = CAMPAIGN_FIELDS.filter((field) => !field.isOverridable).map((field) => field.name);
    expect(names).toEqual(
      expect.arrayContaining([
        "id",
        "project_id",
        "title",
        "trigger",
        "type",
        "active",
        "status",
        "broadcast",
      ]),
    );
    for (const name of names)
      expect(refused({ [name]: 0 })[name]).toContainEqual(expect.stringMatching(/ cannot be overridden\.$/));
    expect(refused({ active: 0, project_id: 2, title: "x" })).toEqual({
      active: ["Active cannot be overridden."],
      project_id: ["Project Id cannot be overridden."],
      title: ["Title cannot be overridden."],
    });
  });

  test.each([
    ["31 retry_for -1", { retry_for: -1 }, "retry_for"],
    ["31 retry_for 2.5", { retry_for: 2.5 }, "retry_for"],
    ["31 retry_for 1e9 weeks", { retry_for: 1e9, retry_for_period: "weeks" }, "retry_for"],
    ["31 fortnights", { retry_for: 2, retry_for_period: "fortnights" }, "retry_for_period"],
    ["34 reserved key", { payload_add: [{ key: "aps", value: { alert: "x" } }] }, "payload_add"],
    ["34 5 KB with the template's", { payload_add: [{ key: "a", value: "x".repeat(4_080) }] }, "payload_add"],
    ["content taken away", { sms_text: "" }, "sms_text"],
  ])("%s", (_name, overrides, field) => {
    expect(Object.keys(refused(overrides))).toEqual([field]);
  });

  test('31 retry_for "2" keeps the template\'s unit', () => {
    expect(settingsOf(overridden({ retry_for: "2" }).content).retrySeconds).toBe(172_800);
  });
});
