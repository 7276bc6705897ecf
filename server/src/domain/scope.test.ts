import { expect, test } from "vitest";
import { covers, heldOf, narrowScopes, parseScopes, SCOPES } from "./scope.ts";

test("there is one scope for each row of the seed", () => expect(SCOPES).toHaveLength(22));

test("a list of names is read strictly and put into order", () => {
  expect(parseScopes(["list", "create", "list"])).toEqual({ ok: true, value: ["create", "list"] });
  expect(parseScopes([])).toEqual({ ok: true, value: [] });
  for (const wrong of [undefined, null, "list", ["List"], ["toString"], [undefined], [["list"]], [5]])
    expect(parseScopes(wrong).ok).toBe(false);
});

test("a request gets what it names of what is held, or nothing", () => {
  expect(narrowScopes(["list", "info"], undefined)).toEqual({ ok: true, value: ["list", "info"] });
  expect(narrowScopes(["list", "info"], "info")).toEqual({ ok: true, value: ["info"] });
  for (const asked of ["", " ", "create", "list create", "list  info", "__proto__"])
    expect(narrowScopes(["list", "info"], asked).ok).toBe(false);
});

test("a token keeps what its client has not lost, and gains nothing", () => {
  expect([...heldOf(["list", "info"], ["list", "create"])]).toEqual(["list"]);
  expect(heldOf(["nonsense"], ["nonsense"]).size).toBe(0);
});

test("all covers every scope, a set its own", () => {
  expect(SCOPES.every((scope) => covers("all", scope))).toBe(true);
  expect(covers(new Set(["list"] as const), "list")).toBe(true);
  expect(covers(new Set(), "list")).toBe(false);
});
