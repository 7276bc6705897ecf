/** What a save sends, and what becomes of two people's changes. */
import { expect, test } from "vitest";
import { isSame, patchOf, rebased, type Values } from "./values.ts";

const BASE: Values = {
  title: "Gate",
  channels: ["sms"],
  messages: { 9: { sms_text: "Gate {{ gate }}", sms_from: "Shop" }, 8: { webhook_headers: null } },
  settings: { retry_for: null, on_unknown: "retry" },
};

const withSms = (fields: Readonly<Record<string, unknown>>, more: Partial<Values> = {}): Values => ({
  ...BASE,
  ...more,
  messages: { ...BASE.messages, 9: { ...BASE.messages[9], ...fields } },
});

test("a save sends what differs, null for what was emptied, and nothing when nothing does", () => {
  expect(patchOf(BASE, BASE)).toEqual({});
  const now = withSms({ sms_from: "" }, { title: "Gates", channels: ["email"], settings: { retry_for: 2 } });
  expect(patchOf(BASE, now)).toEqual({
    title: "Gates",
    sms: 0,
    email: 1,
    retry_for: 2,
    messages: { 9: { sms_from: null } },
  });
});

test("a header without a name is not sent yet", () => {
  const headers = (list: unknown): Values => ({
    ...BASE,
    messages: { ...BASE.messages, 8: { webhook_headers: list } },
  });
  const nameless = { key: "", value: "" };
  expect(isSame(BASE, headers([nameless]))).toBe(true);
  const pair = { key: "a", value: "b" };
  expect(patchOf(BASE, headers([pair, nameless])).messages).toEqual({ 8: { webhook_headers: [pair] } });
});

test("what one changed stays, and what one did not touch is as the other left it", () => {
  const mine = withSms({ sms_text: "Gate {{ gate }} now" }, { channels: ["sms", "webhook"] });
  const theirs = withSms({ sms_from: "Airport" }, { title: "Better", channels: ["sms", "email"] });
  expect(rebased({ base: BASE, mine, theirs })).toEqual({
    title: "Better",
    channels: ["sms", "email", "webhook"],
    messages: { 9: { sms_text: "Gate {{ gate }} now", sms_from: "Airport" }, 8: { webhook_headers: null } },
    settings: BASE.settings,
  });
});

test("what is typed while a save is under way is not lost to its answer", () => {
  const typed = withSms({ sms_text: "Gate {{ gate }}!" });
  const stored = withSms({ sms_text: "Gate {{ gate }}" });
  expect(rebased({ base: BASE, mine: typed, theirs: stored }).messages[9]?.sms_text).toBe("Gate {{ gate }}!");
});
