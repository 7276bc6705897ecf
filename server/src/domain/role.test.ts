import { expect, test } from "vitest";
import { allows, isRole, permissionsOf, ROLES } from "./role.ts";

test("only an admin manages credentials and users", () => {
  expect(ROLES.filter((role) => allows(role, "credentials.manage"))).toEqual(["admin"]);
  expect(ROLES.filter((role) => allows(role, "users.manage"))).toEqual(["admin"]);
});

test("a copywriter drafts, an approver launches, a viewer does neither", () => {
  const may = (role: string) => [allows(role, "campaigns.edit"), allows(role, "campaigns.launch")];
  expect(may("copywriter")).toEqual([true, false]);
  expect(may("approver")).toEqual([false, true]);
  expect(may("viewer")).toEqual([false, false]);
});

test("an unknown role allows nothing", () => {
  expect(isRole("owner")).toBe(false);
  expect(allows("owner", "campaigns.read")).toBe(false);
  expect(permissionsOf("__proto__")).toEqual([]);
});
