import { expect, test } from "vitest";
import { canonicalJson } from "./canonical-json.ts";

test("the order of names and white space make no difference, the order of a list does", () => {
  const a = canonicalJson(JSON.parse('{"b":[1, {"y":null,"x":"é"}],"a":1.50}'));
  expect(a).toBe('{"a":1.5,"b":[1,{"x":"é","y":null}]}');
  expect(canonicalJson(JSON.parse('{"a":1.5,"b":[1,{"x":"\\u00e9","y":null}]}'))).toBe(a);
  expect(canonicalJson([1, 2])).not.toBe(canonicalJson([2, 1]));
});
