import { expect, test } from "vitest";
import { Refusals } from "../base/result.ts";
import { changeProjectSettings, readProjectSettings } from "./project-settings.ts";

const DEFAULTS = {
  unkeyed_retry_detection: true,
  known_attributes_only: false,
  quota_calls_per_second: null,
};

const change = (text: string, body: Record<string, unknown>): [string, Record<string, string[]>] => {
  const refusals = new Refusals();
  const after = changeProjectSettings(text, { body, refusals });
  return [after, { ...refusals.fields }];
};

test.each(["{}", "", "[]", "null", '{"unkeyed_retry_detection":"no","quota_calls_per_second":-1}'])(
  "what is missing or unreadable in %j has its default",
  (text) => {
    expect(readProjectSettings(text)).toEqual(DEFAULTS);
  },
);

test("a change keeps what it does not name, and what a newer version wrote", () => {
  const [after, refused] = change('{"later":{"x":1},"unkeyed_retry_detection":false}', {
    quota_calls_per_second: 50,
    name: "ignored here",
  });
  expect(refused).toEqual({});
  expect(JSON.parse(after)).toEqual({
    later: { x: 1 },
    unkeyed_retry_detection: false,
    quota_calls_per_second: 50,
  });
  expect(readProjectSettings(after)).toEqual({
    ...DEFAULTS,
    unkeyed_retry_detection: false,
    quota_calls_per_second: 50,
  });
  expect(JSON.parse(change(after, { quota_calls_per_second: null })[0])).toMatchObject({
    quota_calls_per_second: null,
  });
});

test.each([
  [{ unkeyed_retry_detection: "true" }, "Unkeyed Retry Detection must be true or false."],
  [{ known_attributes_only: 1 }, "Known Attributes Only must be true or false."],
  [{ quota_calls_per_second: 0 }, "must be a whole number from 1 to 100000, or null."],
  [{ quota_calls_per_second: 1.5 }, "must be a whole number"],
  [{ quota_calls_per_second: "5" }, "must be a whole number"],
])("%j is refused", (body, words) => {
  const [, refused] = change("{}", body);
  expect(refused[Object.keys(body)[0]!]?.[0]).toContain(words);
});
