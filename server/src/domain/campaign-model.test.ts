import { describe, expect, test } from "vitest";
import { type CampaignContent, EMPTY_CONTENT, missingContent, settingsOf } from "./campaign-content.ts";
import { type CampaignInput, mergeCampaign, parseCampaign } from "./campaign-model.ts";

type Body = Record<string, unknown>;

function created(body: Body): CampaignInput & { content: CampaignContent } {
  const result = parseCampaign(body, { creating: true });
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return { ...result.value, content: result.value.content! };
}

function refused(body: Body, creating = true): Record<string, string[]> {
  const result = parseCampaign(body, { creating });
  if (result.ok) throw new Error("accepted");
  return { ...result.error };
}

const SMS = { title: "Gate", trigger: 3, sms: 1, sms_text: "Gate {{gate}}" };

describe("create", () => {
  test("a push campaign without text is refused as the seed prints it", () => {
    expect(refused({ title: "Flag Test Campaign", ios_push: 1 })).toEqual({
      text: ["Text cannot be blank."],
    });
  });

  test("the evidence's sample", () => {
    const input = created({
      apptoken: "T",
      title: "Gate change",
      trigger: 3,
      ios_push: 1,
      ios_push_production: 1,
      web_push: 1,
      push_title: "Gate",
      push_text: "Go to {{gate}}",
      payload_add: [{ key: "screen", value: "flight" }],
      messages: { "3": { push_text: "Gate {{gate}}", push_require_interaction: true } },
    });
    expect(input).toMatchObject({ title: "Gate change", trigger: 3, active: null });
    const shared = {
      push_title: "Gate",
      push_text: "Go to {{gate}}",
      payload_add: [{ key: "screen", value: "flight" }],
    };
    expect(input.content).toEqual({
      channels: [1, 3],
      messages: {
        1: shared,
        2: shared,
        3: { ...shared, push_text: "Gate {{gate}}", push_require_interaction: 1 },
        6: shared,
      },
      languages: {},
      settings: { ios_push_production: 1 },
    });
  });

  test("the first model's syntax, as a form brings it", () => {
    const { content } = created({
      title: "Old",
      text: "Hello",
      ios: { active: "1", environment: "sandbox" },
      android: { active: "0" },
      url_browser: "1",
      tokenArray: ["abc", "def"],
    });
    expect(content.channels).toEqual([1]);
    expect(content.messages[1]).toEqual({ push_text: "Hello", url_browser: 1 });
    expect(content.settings).toEqual({ ios_push_sandbox: 1, tokenArray: ["abc", "def"] });
    expect(settingsOf(content).tokens).toEqual(["abc", "def"]);
  });

  test("new names win over old ones, whatever their order", () => {
    for (const body of [
      { text: "old", push_text: "new" },
      { push_text: "new", text: "old" },
    ]) {
      const { content } = created({ title: "T", ios_push: "1", ...body, messages: { 2: body } });
      expect(content.messages[1]?.push_text).toBe("new");
      expect(content.messages[2]?.push_text).toBe("new");
    }
  });

  test.each([1, "1", true, "true"])("a channel switched on by %j", (on) => {
    expect(created({ ...SMS, sms: on }).content.channels).toEqual([9]);
  });

  test.each([0, "0", false, "false", null, ""])("a channel switched off by %j needs no content", (off) => {
    expect(created({ title: "T", sms: off }).content.channels).toEqual([]);
  });

  test("all of a model's fields in all spellings", () => {
    const { content } = created({
      title: "T",
      email: 1,
      webhook: 1,
      sms: 1,
      inbox: 1,
      email_subject: "Hi {{name}}",
      email_html: "<p>{{ name }}</p>",
      email_unsubscribe_header: true,
      sms_text: "Hi",
      push_text: "Inbox",
      inbox_style: "card",
      inbox_expire_for: "3",
      inbox_expire_for_period: "days",
      webhook_url: "https://example.org/{{ user_id }}/x",
      webhook_headers: { "X-Key": "a", "X-Number": 5 },
      webhook_method: "PUT",
      ignore_subscription: 1,
      retry_for: "2",
      retry_for_period: "weeks",
      on_unknown: "hold",
      conditions: { operator: "AND", "0": { operator: "OR", "0": ["country", "=", "IE"] } },
      webhook_connections: [1, "2"],
      postback_url: "https://example.org/hook",
      postback_events: ["message_delivery", "message_click"],
      promotion_id: "12",
      status: 4,
      create_time: 5,
      encryption: "0",
      unheard_of: {},
    });
    expect(content.channels).toEqual([6, 7, 8, 9]);
    expect(content.messages[8]).toEqual({
      webhook_url: "https://example.org/{{ user_id }}/x",
      webhook_headers: [
        { key: "X-Key", value: "a" },
        { key: "X-Number", value: "5" },
      ],
      webhook_method: "PUT",
      ignore_subscription: 1,
    });
    expect(content.messages[7]).toMatchObject({ email_unsubscribe_header: 1 });
    expect(content.messages[6]).toMatchObject({ inbox_style: "card", inbox_expire_for: 3 });
    expect(settingsOf(content)).toEqual({
      retrySeconds: 1_209_600,
      onUnknown: "hold",
      conditions: { operator: "AND", "0": { operator: "OR", "0": ["country", "=", "IE"] } },
      isBroadcast: false,
      promotionId: 12,
      locations: [],
      tokens: [],
      postbackUrl: "https://example.org/hook",
      postbackEvents: ["message_delivery", "message_click"],
      webhookConnections: [1, 2],
    });
    expect(JSON.parse(JSON.stringify(content))).toEqual(content);
  });

  test("languages keep templates only", () => {
    const languages = {
      "pt-BR": { sms_text: "Olá", ignore_subscription: 1, push_text: "x" },
      ga: { sms_text: "Dia duit" },
      fr: [],
    };
    const { content } = created({ ...SMS, messages: { 9: { languages } } });
    expect(content.languages).toEqual({ 9: { "pt-br": { sms_text: "Olá" }, ga: { sms_text: "Dia duit" } } });
  });

  test.each([
    "https://example.org",
    "HTTP://example.org",
    "{{ base }}/x",
    "{% if a %}https://a.example{% endif %}",
  ])("a webhook may call %s", (url) => {
    expect(parseCampaign({ title: "T", webhook: 1, webhook_url: url }, { creating: true })).toMatchObject({
      ok: true,
    });
  });

  test("a title is measured in characters", () => {
    expect(parseCampaign({ title: "😀".repeat(255) }, { creating: true }).ok).toBe(true);
    expect(parseCampaign({ title: "😀".repeat(256) }, { creating: true }).ok).toBe(false);
  });

  test("a draft of the editor may lack content", () => {
    const result = parseCampaign({ title: "T", sms: 1 }, { creating: true, allowIncomplete: true });
    expect(result.ok).toBe(true);
  });
});

describe("update", () => {
  const stored = created(SMS).content;
  const updated = (body: Body) => {
    const input = parseCampaign(body, { creating: false });
    if (!input.ok) throw new Error(JSON.stringify(input.error));
    return mergeCampaign(stored, input.value);
  };

  test("what is not named stays, null and blank clear", () => {
    const result = updated({ id: 5, sms_from: "GATES", retry_for: 1, retry_for_period: "hours" });
    expect(result).toMatchObject({
      ok: true,
      value: { messages: { 9: { sms_text: "Gate {{gate}}", sms_from: "GATES" } } },
    });
    const content = result.ok ? result.value : EMPTY_CONTENT;
    const input = parseCampaign({ sms_from: "", retry_for: null, retry_for_period: "" }, { creating: false });
    expect(input.ok && mergeCampaign(content, input.value)).toEqual({ ok: true, value: stored });
  });

  test("title, trigger and active are told apart from silence", () => {
    expect(parseCampaign({}, { creating: false })).toMatchObject({
      ok: true,
      value: { title: null, trigger: null, active: null },
    });
    expect(parseCampaign({ title: "N", trigger: "2", active: "0" }, { creating: false })).toMatchObject({
      ok: true,
      value: { title: "N", trigger: 2, active: false },
    });
    expect(refused({ title: "" }, false)).toEqual({ title: ["Title cannot be blank."] });
  });

  test("a channel that is on cannot lose its content", () => {
    expect(updated({ sms_text: "" })).toEqual({
      ok: false,
      error: { sms_text: ["Sms Text cannot be blank."] },
    });
    expect(updated({ sms_text: "", sms: 0 })).toMatchObject({
      ok: true,
      value: { channels: [], messages: {} },
    });
  });
});

test("missing content is told once, under the seed's name", () => {
  const content = { ...EMPTY_CONTENT, channels: [1, 2, 3, 6] as const };
  expect({ ...missingContent(content) }).toEqual({ text: ["Text cannot be blank."] });
});
