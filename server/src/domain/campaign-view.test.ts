import { describe, expect, test } from "vitest";
import { EMPTY_CONTENT } from "./campaign-content.ts";
import { messageFields } from "./campaign-fields.ts";
import { mergeCampaign, parseCampaign } from "./campaign-model.ts";
import { templateFields } from "./campaign-templates.ts";
import { type StoredCampaign, viewCampaign } from "./campaign-view.ts";
import { MESSAGE_TYPES } from "./channel.ts";
import { SELECT, SELECTED_VIEW } from "./fixtures/selected-view.ts";

const STORED: StoredCampaign = {
  id: 501,
  title: "Flag Test Campaign",
  trigger: 3,
  status: 1,
  createTimeMs: 1_767_225_600_999,
  updateTimeMs: 1_767_225_600_000,
  activateTimeMs: null,
  deactivateTimeMs: null,
  content: {
    ...EMPTY_CONTENT,
    channels: [1],
    messages: { 1: { push_text: "Hi", push_require_interaction: 1 } },
    settings: { retry_for: 2, retry_for_period: "weeks" },
  },
};

describe("a campaign's wire form", () => {
  test("flags are numbers, times are seconds, unset fields are null", () => {
    const view = viewCampaign(STORED);
    expect(view).toMatchObject({
      id: 501,
      title: "Flag Test Campaign",
      text: "Hi",
      trigger: 3,
      type: 0,
      active: 1,
      status: 1,
      create_time: 1_767_225_600,
      activate_time: null,
      ios_push: 1,
      android_push: 0,
      web_push: 0,
      inbox: 0,
      email: 0,
      webhook: 0,
      sms: 0,
      promotion_id: null,
      retry_for: 2,
      retry_for_period: "weeks",
      on_unknown: "retry",
    });
    const messages = view.messages as Record<string, Record<string, unknown>>;
    expect(messages["1"]).toMatchObject({ push_text: "Hi", push_title: null, payload_add: null });
    expect(messages["9"]).toEqual({ sms_from: null, sms_text: null, ignore_subscription: null });
  });

  test("every type key is there, and what carries nothing is an empty list", () => {
    const { messages } = viewCampaign(STORED);
    expect(Object.keys(messages as object)).toEqual(["1", "2", "3", "4", "6", "7", "8", "9", "10", "11"]);
    expect(messages).toMatchObject({ "4": [], "10": [], "11": [] });
  });

  test("a draft is not active", () => {
    expect(viewCampaign({ ...STORED, status: 0 })).toMatchObject({ active: 0, status: 0 });
  });

  test("the evidence's select: flat over nesting", () => {
    expect(viewCampaign(STORED, SELECT)).toEqual(SELECTED_VIEW);
  });

  test.each([
    [
      ["id", "title"],
      ["id", "title"],
    ],
    [["id", "nonsense", "apptoken", "constructor", "__proto__"], ["id"]],
    [
      ["id", "sms_text"],
      ["id", "messages"],
    ],
    [[], []],
  ])("select %j gives %j", (select, names) => {
    expect(Object.keys(viewCampaign(STORED, select)).sort()).toEqual(names);
  });

  test("what info shows can be sent back unchanged", () => {
    const input = parseCampaign(viewCampaign(STORED), { creating: false });
    if (!input.ok) throw new Error(JSON.stringify(input.error));
    const merged = mergeCampaign(STORED.content, input.value);
    // push_require_interaction is web push's alone; a message of another type does not keep it.
    expect(merged).toMatchObject({
      ok: true,
      value: { channels: [1], messages: { 1: { push_text: "Hi" } } },
    });
    expect(merged.ok && Object.keys(merged.value.messages)).toEqual(["1"]);
  });
});

describe("template fields", () => {
  const escapes = (type: (typeof MESSAGE_TYPES)[number], fields = {}) =>
    Object.fromEntries(templateFields(type, fields).map(({ name, autoescape }) => [name, autoescape]));

  test("HTML is escaped in HTML only", () => {
    expect(escapes(7)).toEqual({
      email_subject: false,
      email_from: false,
      email_from_name: false,
      email_reply_to: false,
      email_reply_to_name: false,
      email_html: "html",
      email_text: false,
      email_preheader: "html",
    });
    expect(escapes(9)).toEqual({ sms_from: false, sms_text: false });
    expect(escapes(1)).toMatchObject({ push_title: false, push_text: false, url: false, page: "html" });
  });

  test.each([
    [undefined, "json"],
    ["json", "json"],
    ["form", "url"],
    ["query", "url"],
    ["raw", false],
  ])("a webhook body of type %s escapes as %s", (type, autoescape) => {
    const fields = type === undefined ? {} : { webhook_body_type: type };
    expect(escapes(8, fields)).toMatchObject({ webhook_url: "url", webhook_body: autoescape });
  });

  test("lists are templates in their values", () => {
    expect(templateFields(1).find(({ name }) => name === "payload_add")?.isList).toBe(true);
    expect(templateFields(8).find(({ name }) => name === "webhook_headers")?.isList).toBe(true);
    expect(templateFields(9).every(({ isList }) => !isList)).toBe(true);
  });

  test("every type has fields and no name stands twice in one", () => {
    for (const type of MESSAGE_TYPES) {
      const names = messageFields(type).map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      expect(names.length).toBeGreaterThan(2);
    }
  });
});
