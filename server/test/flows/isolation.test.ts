/**
 * One project cannot see, change or sense another. Through the front door: whatever of project A a call of B names,
 * the answer is that for something which never was, and A stays as it is (reliability battery, F1). All ids in all
 * places: isolation-sweep.test.ts; behind the door: isolation-database.test.ts.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  CAMPAIGNS,
  MESSAGES,
  PUSH_DEVICES,
  PUSHES,
  profilesModel,
  TASKS,
} from "../../src/store/list-sources.ts";
import { smsCampaign } from "../stack.ts";
import {
  answerToB,
  changedOfA,
  expectNothingOfA,
  expectSame,
  type IsolationWorld,
  idsOfA,
  neverWas,
  startIsolationWorld,
  TEXTS,
  textsOfA,
} from "./isolation-world.ts";

let world: IsolationWorld;

beforeAll(async () => {
  world = await startIsolationWorld();
});
afterAll(async () => {
  await world.stack.stop();
});
afterEach(async () => {
  expect(await changedOfA(world)).toEqual([]);
});

describe("a name of A in a list of B", () => {
  const MODELS = {
    "list/campaign": CAMPAIGNS,
    "list/profile": profilesModel([]),
    "list/push": PUSHES,
    "list/push-devices": PUSH_DEVICES,
    "list/message": MESSAGES,
    "list/task": TASKS,
  };
  const FIELDS = Object.entries(MODELS).flatMap(([operation, { registry }]) =>
    [...registry]
      .filter(([, { kind }]) => kind === "int" || kind === "text")
      .map(([name, { kind }]) => ({ operation, name, kind })),
  );

  test.each(FIELDS)("$operation, condition on $name", async ({ operation, name, kind }) => {
    const values = kind === "int" ? idsOfA(world) : textsOfA(world);
    const equals = (value: string | number) =>
      answerToB(world, operation, { body: { condition: [[name, "=", value]], count: 1 }, name: value });
    const nothing = await equals(neverWas(values[0] ?? 0));
    expect(nothing).toContain('\\"data\\":[],\\"total\\":0');
    for (const value of values) expect(await equals(value)).toBe(nothing);
    const others = values.map(neverWas);
    for (const about of [
      (list: unknown) => [[name, "IN", list]],
      (list: unknown) => [[name, "NOT IN", list]],
      (list: unknown) => ({
        operator: "OR",
        "0": [name, "IN", list],
        "1": { operator: "AND", "0": ["id", ">", 0], "1": [name, "NOT IN", list] },
      }),
    ]) {
      const [ofA, ofNobody] = await Promise.all(
        [values, others].map((list) =>
          answerToB(world, operation, { body: { condition: about(list), count: 1 }, name: "-" }),
        ),
      );
      expect(ofA).toBe(ofNobody);
      expectNothingOfA(world, ofA ?? "");
    }
  });

  test.each(Object.keys(MODELS))("%s: as a name to select, to sort by or to filter", async (operation) => {
    for (const name of [...textsOfA(world), ...idsOfA(world).map(String)]) {
      await expectSame(world, operation, { name: name, bodyOf: (named) => ({ select: [named], count: 1 }) });
      await expectSame(world, operation, { name: name, bodyOf: (named) => ({ order: [`${named} DESC`] }) });
      await expectSame(world, operation, {
        name: name,
        bodyOf: (named) => ({ condition: [[named, "=", 1]] }),
      });
    }
  });

  test.each(Object.keys(MODELS))("%s: without a condition there is nothing of A", async (operation) => {
    const mine = (await world.stack.call(operation)).body.data as { id: number }[];
    const { data, total } = (await world.b.call(operation, { count: 1 })).body;
    expect(mine.length).toBeGreaterThan(0);
    const ids = new Set(mine.map((row) => row.id));
    expect(data.filter((row: { id: number }) => ids.has(row.id))).toEqual([]);
    expect(total).toBe(data.length);
    expect(JSON.stringify(data)).not.toMatch(/canary/i);
  });
});

describe("an id of A where B names an object", () => {
  const BY_ID = [
    "info/campaign",
    "update/campaign",
    "start/campaign",
    "stop/campaign",
    "info/profile",
    "info/task",
  ];

  test.each([...BY_ID, "execute/campaign"])("%s", async (operation) => {
    const rest = { title: "Taken over", active: 0, target_by: "user_id", target: ["own-user"] };
    const fields = operation.startsWith("execute") ? { ...rest, title: undefined, active: undefined } : rest;
    for (const id of idsOfA(world)) {
      expect(
        await expectSame(world, operation, { name: id, bodyOf: (named) => ({ ...fields, id: named }) }),
      ).toMatch(/^\[404,/);
      await expectSame(world, operation, { name: String(id), bodyOf: (named) => ({ ...fields, id: named }) });
      await expectSame(world, operation, { name: id, bodyOf: (named) => ({ ...fields, id: [named] }) });
      await expectSame(world, operation, {
        name: id,
        bodyOf: (named) => ({ ...fields, id: named, project_id: world.stack.id }),
      });
    }
  });

  test("info/profile by its other names", async () => {
    const { profile = 0 } = world.numbers;
    expect(
      await expectSame(world, "info/profile", { name: profile, bodyOf: (id) => ({ profile_id: id }) }),
    ).toMatch(/^\[404,/);
    expect(
      await expectSame(world, "info/profile", { name: TEXTS.userId, bodyOf: (id) => ({ user_id: id }) }),
    ).toMatch(/^\[404,/);
  });

  test("as a connection, a promotion or a location of a campaign", async () => {
    const own = { ...smsCampaign("Hi"), title: "T" };
    const { connection = 0 } = world.numbers;
    await expectSame(world, "create/campaign", {
      name: connection,
      bodyOf: (id) => ({ ...own, webhook_connections: [id] }),
    });
    await expectSame(world, "create/campaign", {
      name: connection,
      bodyOf: (id) => ({ ...own, promotion_id: id, locations: [id] }),
    });
    const events = await world.stack
      .owner`select project_id from webhook_events where project_id <> ${world.stack.id}`;
    expect(events).toHaveLength(0);
  });
});

describe("a name of A where B names people", () => {
  const KINDS: Readonly<Record<string, () => string>> = {
    id: () => String(world.numbers.device),
    profile_id: () => String(world.numbers.profile),
    user_id: () => TEXTS.userId,
    external_id: () => TEXTS.userId,
    email: () => TEXTS.email,
    mobile_number: () => TEXTS.mobile,
    token: () => world.tokenOfA,
  };

  test.each(Object.keys(KINDS))("target_by %s", async (by) => {
    const call = { id: world.bCampaign, target_by: by, async: false };
    for (const bodyOf of [
      (name: string) => ({ ...call, target: [name] }),
      (name: string) => ({ ...call, target_with_params: { [name]: { first_name: "x" } } }),
    ]) {
      const answer = await expectSame(world, "execute/campaign", { name: KINDS[by]?.() ?? "", bodyOf });
      expect(answer).toContain('\\"reason\\":\\"unknown_target\\"');
    }
  });

  test.each(Object.keys(KINDS))("everything of A at once, as %s", async (by) => {
    const isNumeric = by === "id" || by === "profile_id";
    const target = isNumeric ? idsOfA(world) : [...textsOfA(world), ...idsOfA(world).map(String)];
    const { body } = await world.b.call("execute/campaign", {
      id: world.bCampaign,
      target_by: by,
      target,
      async: false,
    });
    expect(body.model.outcomes).toEqual({ skipped: target.length });
    for (const row of body.data) expect(row).toMatchObject({ reason: "unknown_target" });
  });

  test("a profile that B makes under A's user id is B's own and knows nothing", async () => {
    const call = {
      id: world.bCampaign,
      target_by: "user_id",
      target: [TEXTS.userId],
      target_existing_only: 0,
    };
    const { body } = await world.b.call("execute/campaign", { ...call, async: false });
    expect(body.data).toMatchObject([{ reason: "no_address" }]);
    const { model } = (await world.b.call("info/profile", { user_id: TEXTS.userId })).body;
    expect(model).toMatchObject({ email: null, mobile_number: null, first_name: null });
    expect(model.id).not.toBe(world.numbers.profile);
    expect(model).not.toHaveProperty(TEXTS.note);
  });

  test("A's key is free for B", async () => {
    const call = { id: world.bCampaign, target_by: "user_id", target: ["own-user"] };
    const answer = await world.b.call("execute/campaign", call, { "Idempotency-Key": TEXTS.key });
    expect(answer.body).toMatchObject({ code: 200, model: { campaign_id: world.bCampaign } });
    expect(answer.headers.get("idempotent-replayed")).toBeNull();
  });
});
