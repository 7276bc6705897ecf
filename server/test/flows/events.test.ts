/**
 * hit/event through the front door: what is stored, for whom, and that a refused call stores nothing (reliability
 * battery, 4.4).
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, pathOf, rawBody, refusal } from "../raw-http.ts";
import { type Stack, startStack } from "../stack.ts";

let stack: Stack;

beforeAll(async () => {
  stack = await startStack({ workers: 0 });
});
afterAll(async () => {
  await stack.stop();
});

const PATH = pathOf("hit/event");
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

interface StoredEvent {
  readonly userId: string;
  readonly name: string;
  readonly value: string | null;
  readonly timeMs: number;
}

const eventsOf = async (userId: string): Promise<StoredEvent[]> =>
  await stack.owner<StoredEvent[]>`
    select p.user_id as "userId", e.name, e.value, floor(extract(epoch from e.time) * 1000)::bigint as "timeMs"
    from events e join profiles p on p.project_id = e.project_id and p.bucket = e.bucket and p.id = e.profile_id
    where e.project_id = ${stack.id} and p.user_id = ${userId} order by e.id`;

const hit = (body: Readonly<Record<string, unknown>>, headers?: Record<string, string>) =>
  stack.call("hit/event", body, headers);

async function refuses(fields: string, named: readonly string[], status = 400): Promise<void> {
  const { answer, faults } = await refusal(stack, { path: PATH, body: rawBody(stack.token, fields) }, status);
  expect(faults).toEqual([]);
  expect(Object.keys(answer.body.errors)).toEqual(named);
}

describe("one event", () => {
  test("of somebody unknown makes the profile, writes what is said of it, and answers async: true", async () => {
    // Of last year or this one: older than two years is refused.
    const day = new Date(Date.now() - 200 * DAY_MS).toISOString().slice(0, 10);
    const answer = await hit({
      user_id: "u-9",
      event: "deposit",
      value: { amount: 20 },
      user_attributes: { email: "a@Example.org", email_subscription: 1, tier: "gold", age: 41 },
      consent_preferences: { email: { Offers: 1 }, metadata: { source: "till" } },
      timestamp: `${day} 10:00:00 +01:00`,
      async: false,
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      code: 200,
      success: true,
      async: true,
      model: { accepted: 1, rejected: 0 },
    });
    expect(await eventsOf("u-9")).toEqual([
      { userId: "u-9", name: "deposit", value: '{"amount":20}', timeMs: Date.parse(`${day}T09:00:00Z`) },
    ]);
    const { model } = (await stack.call("info/profile", { user_id: "u-9" })).body;
    expect(model).toMatchObject({ email: "a@example.org", tier: "gold", age: 41 });
    // The address leads to the person at once.
    const [key] = await stack.owner`select profile_id from lookup_keys where key = 'a@example.org'`;
    expect(key?.profile_id).toBe(model.id);
  });

  test.each<[string, unknown, string | null]>([
    ["text", "x", '"x"'],
    ["a number", 5.5, "5.5"],
    ["a nested object", { a: { b: [1] } }, '{"a":{"b":[1]}}'],
    ["null", null, null],
    ["a list", [], "[]"],
  ])("3: %s as its value", async (name, value, stored) => {
    expect((await hit({ user_id: `value ${name}`, event: "e", value })).status).toBe(200);
    expect((await eventsOf(`value ${name}`))[0]?.value).toBe(stored);
  });

  test("2: user ids are numbers and hold colons", async () => {
    expect((await hit({ user_id: 12345, event: "e" })).status).toBe(200);
    expect((await hit({ user_id: "a:b", event: "e" })).status).toBe(200);
    expect(await eventsOf("12345")).toHaveLength(1);
    expect(await eventsOf("a:b")).toHaveLength(1);
  });

  test("5: without a time it is now; a time just ahead is a clock that differs", async () => {
    const before = Date.now();
    expect((await hit({ user_id: "now", event: "e", timestamp: null })).status).toBe(200);
    const [event] = await eventsOf("now");
    expect(event?.timeMs).toBeGreaterThanOrEqual(before);
    expect(event?.timeMs).toBeLessThanOrEqual(Date.now());
    const ahead = Math.floor((Date.now() + 4 * MINUTE_MS) / 1000);
    expect((await hit({ user_id: "ahead", event: "e", timestamp: ahead })).status).toBe(200);
  });

  test("an event without attributes leaves the profile as it is", async () => {
    await hit({ user_id: "still", event: "e", user_attributes: { first_name: "Ada" } });
    const read = () => stack.owner`select t::text from profiles t where user_id = 'still'`;
    const before = await read();
    await hit({ user_id: "still", event: "e" });
    expect(await read()).toEqual(before);
  });

  test.each<[string, readonly string[]]>([
    ["", ["user_id", "event"]],
    ['"user_id":"u"', ["event"]],
    ['"event":"e"', ["user_id"]],
    ['"user_id":"u","event":""', ["event"]],
    ['"user_id":"u","event":" "', ["event"]],
    ['"user_id":"u","event":5', ["event"]],
    [`"user_id":"u","event":"${"e".repeat(256)}"`, ["event"]],
    ['"user_id":"u","event":"a\\u0007b"', ["event"]],
    [`"user_id":"${"u".repeat(256)}","event":"e"`, ["user_id"]],
    ['"user_id":{},"event":"e"', ["user_id"]],
    [`"user_id":"u","event":"e","value":["${"x".repeat(40_000)}","${"x".repeat(40_000)}"]`, ["value"]],
    ['"user_id":"u","event":"e","value":{"__proto__":1}', ["value.__proto__"]],
    ['"user_id":"u","event":"e","timestamp":"yesterday"', ["timestamp"]],
    ['"user_id":"u","event":"e","timestamp":"2026-02-30 10:00:00"', ["timestamp"]],
    ['"user_id":"u","event":"e","timestamp":"1970-01-01 00:00:00"', ["timestamp"]],
    [`"user_id":"u","event":"e","timestamp":${Math.floor(Date.now() / 1000) + 172_800}`, ["timestamp"]],
    ['"user_id":"u","event":"e","user_attributes":"tier"', ["user_attributes"]],
    ['"user_id":"u","event":"e","user_attributes":{"email":"no"}', ["user_attributes.email"]],
    ['"user_id":"u","event":"e","user_attributes":{"a b":1}', ["user_attributes.a b"]],
    ['"user_id":"u","event":"e","user_attributes":{"user_id":"v"}', ["user_attributes.user_id"]],
    ['"user_id":"u","event":"e","event_id":""', ["event_id"]],
    ['"user_id":"u","event":"e","partial":"some"', ["partial"]],
    ['"user_id":"u","event":"e","events":[{"user_id":"u","event":"e"}]', ["event", "user_id"]],
    ['"events":[]', ["events"]],
    ['"events":{"0":{"user_id":"u","event":"e"}}', ["events"]],
    ['"events":[5]', ["events[0]"]],
    ['"user_id":"u","event":"e","idempotency_key":""', ["idempotency_key"]],
  ])("is refused and nothing is stored: %.60s", refuses);
});

describe("many events", () => {
  const many = (count: number, prefix: string) =>
    Array.from({ length: count }, (_, i) => ({ user_id: `${prefix}-${i % 50}`, event: "visit", value: i }));

  test("6: a thousand are stored in one call, in their order for each person", async () => {
    const answer = await hit({ events: many(1_000, "crowd") });
    expect(answer.body).toMatchObject({ code: 200, async: true, model: { accepted: 1_000 } });
    const stored = await eventsOf("crowd-7");
    expect(stored.map((event) => event.value)).toEqual(Array.from({ length: 20 }, (_, i) => `${i * 50 + 7}`));
  });

  test("6: more are too many", async () => {
    for (const count of [1_001, 10_000])
      await refuses(`"events":${JSON.stringify(many(count, "excess"))}`, ["events"], 413);
  });

  test("7: one bad among them refuses all, by its place", async () => {
    const events = many(100, "wrong").map((event, i) => (i === 42 ? { ...event, timestamp: "soon" } : event));
    await refuses(`"events":${JSON.stringify(events)}`, ["events[42].timestamp"]);
  });

  test("7: partial takes the good ones and names every other", async () => {
    const events = many(100, "part").map((event, i) => (i % 4 === 0 ? { ...event, event: "" } : event));
    const answer = await hit({ events, partial: true });
    expect(answer.body).toMatchObject({ code: 200, success: true, model: { accepted: 75, rejected: 25 } });
    const named = Array.from({ length: 25 }, (_, i) => `events[${i * 4}].event`);
    expect(Object.keys(answer.body.errors)).toEqual(named);
    // Each person has two of the hundred: of part-4 the first was wrong, of part-5 neither.
    expect((await eventsOf("part-4")).map((event) => event.value)).toEqual(["54"]);
    expect(await eventsOf("part-5")).toHaveLength(2);
    await refuses('"events":[{"user_id":"u"}],"partial":true', ["events[0].event"]);
  });

  test("7: the same call again under its key adds nothing; another body under it is refused", async () => {
    const body = { events: many(3, "keyed") };
    const key = { "idempotency-key": "events-1" };
    const first = await hit(body, key);
    const again = await hit(body, key);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(again.body).toEqual(first.body);
    expect(await eventsOf("keyed-1")).toHaveLength(1);
    expect((await hit({ events: many(2, "keyed") }, key)).status).toBe(422);
    const inBody = await hit({ ...body, idempotency_key: "events-1" });
    expect(inBody.headers.get("idempotent-replayed")).toBe("true");
  });

  test("a type that holds all values of the call is chosen for a new attribute", async () => {
    const events = [1, "two"].map((size, i) => ({
      user_id: `size-${i}`,
      event: "e",
      user_attributes: { size },
    }));
    expect((await hit({ events })).status).toBe(200);
    expect((await stack.call("info/profile", { user_id: "size-0" })).body.model.size).toBe("1");
  });
});

describe("8: the caller's own event_id", () => {
  test("without one, the same event twice is two events", async () => {
    await hit({ user_id: "twice", event: "e" });
    await hit({ user_id: "twice", event: "e" });
    expect(await eventsOf("twice")).toHaveLength(2);
  });

  test("with one it is stored once, in one call and over many at the same time", async () => {
    const event = { user_id: "once", event: "e", event_id: "e-1" };
    const answers = await Promise.all(Array.from({ length: 10 }, () => hit({ events: [event, event] })));
    expect(answers.map((answer) => answer.status)).toEqual(Array(10).fill(200));
    expect(await eventsOf("once")).toHaveLength(1);
  });

  test("another project's event_id is another one", async () => {
    const other = await stack.createProject();
    await other.call("hit/event", { user_id: "once", event: "e", event_id: "e-1" });
    const [row] = await stack.owner`select count(*)::integer as n from events where project_id = ${other.id}`;
    expect(row?.n).toBe(1);
  });
});

test("12: names beyond the limit are refused, known ones go on", async () => {
  const project = await stack.createProject();
  const names = (from: number) =>
    Array.from({ length: 1_000 }, (_, i) => ({ user_id: "u", event: `name-${from + i}` }));
  expect((await project.call("hit/event", { events: names(0) })).status).toBe(200);
  expect((await project.call("hit/event", { events: names(1_000) })).status).toBe(200);
  const body = JSON.stringify({ apptoken: project.token, user_id: "new", event: "one-more" });
  const { answer, faults } = await refusal(stack, { path: PATH, body }, 400);
  expect(faults).toEqual([]);
  expect(Object.keys(answer.body.errors)).toEqual(["event"]);
  expect((await project.call("hit/event", { user_id: "u", event: "name-5" })).status).toBe(200);
});

test("events at once about the same new people meet without harm", async () => {
  const events = Array.from({ length: 40 }, (_, i) => ({ user_id: `race-${i}`, event: "e" }));
  const calls = Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? events : [...events].reverse()));
  const answers = await Promise.all(
    calls.map((list, i) =>
      hit({ events: list.map((e) => ({ ...e, user_attributes: { [`race_${i}`]: i } })) }),
    ),
  );
  expect(answers.map((answer) => answer.status)).toEqual(Array(8).fill(200));
  expect(await eventsOf("race-3")).toHaveLength(8);
  const { model } = (await stack.call("info/profile", { user_id: "race-3" })).body;
  expect(model).toMatchObject(Object.fromEntries(calls.map((_, i) => [`race_${i}`, i])));
});

test("an event stands in the partition of its own month", async () => {
  await ask(stack.url, { path: PATH, body: rawBody(stack.token, '"user_id":"month","event":"e"') });
  // Not of this moment: it may be another month by now.
  const [event] = await eventsOf("month");
  const month = new Date(event?.timeMs ?? 0).toISOString().slice(0, 7).replace("-", "_");
  const [row] = await stack.owner.unsafe(
    `select count(*)::integer as n from events_${month} e join profiles p on p.id = e.profile_id
     where p.user_id = 'month'`,
  );
  expect(row?.n).toBe(1);
});
