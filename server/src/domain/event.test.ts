import { expect, test } from "vitest";
import type { AttributeType } from "./attribute-value.ts";
import { type EventBatch, parseEvents } from "./event.ts";

const NOW = Date.UTC(2026, 5, 1, 12);

const scene = (known: Readonly<Record<string, AttributeType>> = {}) => ({
  known: new Map(Object.entries(known)),
  nowMs: NOW,
});

function taken(body: Readonly<Record<string, unknown>>, known = {}): EventBatch {
  const parsed = parseEvents(body, scene(known));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value;
}

test.each([
  ["2024-12-13 11:36:00 +01:00", Date.UTC(2024, 11, 13, 10, 36)],
  ["2024-12-13T11:36:00Z", Date.UTC(2024, 11, 13, 11, 36)],
  ["2024-12-13 11:36:00", Date.UTC(2024, 11, 13, 11, 36)],
  [NOW / 1000 + 300, NOW + 300_000],
  [null, NOW],
])("the time %s", (timestamp, timeMs) => {
  expect(taken({ user_id: "u", event: "e", timestamp }).events[0]?.timeMs).toBe(timeMs);
});

test.each([
  [NOW / 1000 + 301, "is in the future"],
  ["2024-05-29 11:59:59", "is more than 732 days ago"],
])("the time %s is none for an event", (timestamp, predicate) => {
  const parsed = parseEvents({ user_id: "u", event: "e", timestamp }, scene());
  expect(parsed).toEqual({ ok: false, error: { timestamp: [`Timestamp ${predicate}.`] } });
});

test("a new attribute has one type for all of a call's values; a wrong event adds no attribute", () => {
  const events = [
    { user_id: "a", event: "e", user_attributes: { size: 1, first_name: "Ada" } },
    { user_id: "b", event: "e", user_attributes: { size: "two" } },
    { user_id: "c", event: "e", user_attributes: { size: 3, email: "no", lost: true } },
  ];
  const batch = taken({ events, partial: true });
  expect([...batch.newAttributes]).toEqual([["size", "text"]]);
  expect(batch.events.map((event) => event.change)).toEqual([
    { system: { first_name: "Ada" }, attributes: { size: "1" } },
    { system: {}, attributes: { size: "two" } },
  ]);
  expect(batch).toMatchObject({
    rejected: 1,
    errors: { "events[2].user_attributes.email": expect.anything() },
  });
});

test("a known attribute keeps its type, null leaves it, an empty text clears it", () => {
  const known = { size: "number", seen: "date" } as const;
  const user_attributes = { size: "4", seen: null, first_name: "" };
  const [event] = taken({ user_id: "u", event: "e", user_attributes }, known).events;
  expect(event?.change).toEqual({ system: { first_name: null }, attributes: { size: 4 } });
});

test("attributes that say nothing are no change", () => {
  for (const user_attributes of [undefined, null, {}, [], { size: null }, { user_id: "u" }]) {
    expect(taken({ user_id: "u", event: "e", user_attributes }).events[0]?.change).toBeNull();
  }
});
