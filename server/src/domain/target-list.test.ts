import { describe, expect, test } from "vitest";
import { leastWorkMs, onThisMachine } from "../../../twig/test/work-time.ts";
import { isTooLarge } from "./entry-refusals.ts";
import { parseExecute } from "./execute-request.ts";
import type { Target } from "./target-list.ts";

type Body = Record<string, unknown>;

const NOW = Date.UTC(2026, 0, 1);
const body = (more: Body): Body => ({ id: 5, target_by: "user_id", target: ["u1"], ...more });

function targetsOf(input: Body): readonly Target[] {
  const result = parseExecute(input, NOW);
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.error)}`);
  return result.value.targets;
}

function tooLarge(input: Body): Record<string, string[]> {
  const result = parseExecute(input, NOW);
  if (result.ok || !isTooLarge(result.error)) throw new Error("not refused as too large");
  return result.error.tooLarge;
}

describe("too large (catalogue 4.2, rows 11 and 23)", () => {
  const message = { target: ["Target must have at most 100000 entries per call."] };
  const ids = Array.from({ length: 100_001 }, (_, i) => i + 1);

  test("100,001 targets", () => {
    expect(tooLarge(body({ target: ids }))).toEqual(message);
    expect(tooLarge(body({ target_with_params: Object.fromEntries(ids.map((id) => [id, {}])) }))).toEqual(
      message,
    );
    expect(tooLarge(body({ target: ids.slice(0, 100_000), target_with_params: { other: {} } }))).toEqual(
      message,
    );
  });

  test("100,000 targets, named twice, are not too many", () => {
    const target = ids.slice(0, 100_000);
    const own = Object.fromEntries(target.map((id) => [id, {}]));
    expect(targetsOf(body({ target, target_with_params: own }))).toHaveLength(100_000);
  });

  test("2 MB of params, for all or for one", () => {
    const params = { list: Array.from({ length: 40 }, () => "x".repeat(50_000)) };
    expect(tooLarge(body({ params }))).toEqual({ params: ["Params must be smaller than 2 MB."] });
    expect(tooLarge(body({ target_with_params: { u1: params } }))).toEqual({
      "target_with_params.u1": ["Target_with_params.u1 must be smaller than 2 MB."],
    });
  });
});

test("10,000 targets with five params each take less than 15 ms of work", () => {
  const params = (i: number) => ({
    first_name: `Alex ${i}`,
    balance: "100 EUR",
    gate: "B1",
    n: i,
    external_message_id: `m${i}`,
  });
  const own = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`crm-user-${i}`, params(i)]));
  const input = JSON.parse(JSON.stringify(body({ target: [], target_with_params: own }))) as Body;
  const maxMs = onThisMachine(15);
  expect(leastWorkMs(() => expect(targetsOf(input)).toHaveLength(10_000), maxMs)).toBeLessThan(maxMs);
});
