/** The examples that the documentation shows, run as they stand there. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compile } from "../src/index.ts";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");

const render = (source: string, ...layers: Record<string, unknown>[]): string =>
  compile(source, { autoescape: false }).render(layers);

test("the README's own template, passed values before the profile's", () => {
  const [, source] =
    /compile\("([^"]+)"/.exec(read("../README.md")) ?? expect.fail("the README shows no template");
  const params = { gate: "B100", time: "10:30" };
  expect(render(source ?? "", params, { first_name: "Ada", gate: "A1" })).toBe("Gate B100 at 10:30, Ada.");
  expect(render(source ?? "", params, {})).toBe("Gate B100 at 10:30, traveller.");
  expect(compile(source ?? "").reads.map((use) => use.name)).toEqual(["gate", "time", "first_name"]);
});

test("the template of the first message's page", () => {
  const [, escaped] = /"sms_text": "((?:[^"\\]|\\.)*)"/.exec(read("../../docs/start/first-message.md")) ?? [];
  const source = JSON.parse(`"${escaped}"`) as string;
  expect(render(source, { code: "4711" }, { first_name: "Ada" })).toBe("Welcome Ada, your code is 4711.");
  expect(render(source, { code: "4711" })).toBe("Welcome friend, your code is 4711.");
});

test.each([
  ['{{ name | default("there") }}', {}, "there"],
  ['{{ name | default("there") }}', { name: "Ada" }, "Ada"],
  [
    "Hi {{first_name}}, your{{promo_name}}offer for{{match_name}}is now live.",
    { first_name: "Ada", promo_name: " X " },
    "Hi Ada, your X offer foris now live.",
  ],
  [
    "Place your bet on {{match_name}}. Use code{{promo_code}}",
    { match_name: "A vs B", promo_code: " P1" },
    "Place your bet on A vs B. Use code P1",
  ],
  ["{{from}}", { from: "Airline" }, "Airline"],
  ["{{text}}", {}, ""],
])("%s with %j", (source, data, expected) => {
  expect(render(source, data)).toBe(expected);
});
