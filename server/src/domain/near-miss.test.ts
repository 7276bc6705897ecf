import { describe, expect, test } from "vitest";
import { nearMiss } from "./near-miss.ts";

const FIELDS = [
  "target",
  "target_by",
  "target_with_params",
  "target_existing_only",
  "params",
  "time",
  "idempotency_key",
];

describe("misspelt safety fields (catalogue 4.1, row 22)", () => {
  test.each([
    "targets",
    "target_by_",
    "target_byy",
    "target_by_user",
    "targetby",
    "targetBy",
    "target_params",
    "target_with_param",
    "targetWithParams",
    "Target",
    "tagret",
    "targe",
    "target_user_ids",
    "target_existing",
    "param",
    "parms",
    "prams",
    "Params",
    "parameters",
    "Time",
    "times",
    "send_at",
    "sendTime",
    "tiem",
    "idempotencyKey",
    "idempotency-key",
    "idempotency_keys",
    "recipients",
  ])("%s", (name) => {
    expect(FIELDS).toContain(nearMiss(name));
  });

  test.each([
    "timezone",
    "name",
    "locale",
    "meta",
    "user",
    "x".repeat(500),
    "",
    "123",
    "ids",
    "priority",
    "item",
  ])("%j is passed over", (name) => {
    expect(nearMiss(name)).toBeNull();
  });
});

test.each([
  ["target_byy", "target_by"],
  ["targetWithParams", "target_with_params"],
  ["tagret", "target"],
  ["prams", "params"],
  ["send_at", "time"],
  ["idempotencyKey", "idempotency_key"],
])("%s is answered with %s", (name, field) => {
  expect(nearMiss(name)).toBe(field);
});
