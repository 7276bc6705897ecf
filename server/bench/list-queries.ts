/** What the list operations document, as the bodies that callers send: filters, orders, deep pages and counts. */
import { type ListQuery, parseListQuery } from "../src/domain/list-query.ts";
import type { ListModel } from "../src/store/list-model.ts";
import {
  DEVICES,
  LIST_ITEMS,
  MESSAGES,
  PROFILE_ATTRIBUTES,
  PUSH_COUNTS,
  PUSH_DEVICES,
  PUSHES,
  profilesModel,
} from "../src/store/list-sources.ts";
import { PROFILE_SUBSCRIPTIONS, TAG_HITS } from "../src/store/list-sources-people.ts";
import type { ListWorld } from "./list-rows.ts";
import { profileIdOf, userIdOf } from "./list-rows.ts";

export interface ListCase {
  readonly operation: string;
  readonly projectId: number;
  readonly model: ListModel;
  readonly query: ListQuery;
  /** The body, as text. */
  readonly asked: string;
  readonly isCount: boolean;
  /** Documented as one that no index serves. */
  readonly isScan: boolean;
  /** The mark of the page before, where a caller walks through the pages. */
  readonly after?: number;
}

type Body = Readonly<Record<string, unknown>>;

interface Asked {
  readonly operation: string;
  readonly model: ListModel;
  /** Each is served by an index. */
  readonly bodies: readonly Body[];
  readonly scans?: readonly Body[];
}

export function listCases(world: ListWorld): ListCase[] {
  return allAsked(world).flatMap(({ operation, model, bodies, scans = [] }) => {
    const caseOf = (body: Body, isScan: boolean): ListCase => {
      const parsed = parseListQuery(body, model.registry);
      if (!parsed.ok) throw new Error(`${operation}: ${JSON.stringify(parsed.error)}`);
      const { query, isCount } = { query: parsed.value, isCount: parsed.value.isCounted };
      const asked = JSON.stringify(body).slice(0, 62);
      return { operation, projectId: world.projectId, model, query, asked, isCount, isScan };
    };
    const everything: Body[] = [
      {},
      { order: ["id DESC"], limit: 5_000 },
      { offset: world.rows - 50 },
      { offset: 1e12 },
    ];
    const walked = {
      ...caseOf({ offset: world.rows - 5_000, limit: 5_000 }, false),
      after: profileIdOf(world.rows - 5_000),
    };
    return [
      ...everything.map((body) =>
        caseOf(body, model.source.part !== undefined && Number(body.offset ?? 0) > 0),
      ),
      ...(model.source.part !== undefined
        ? []
        : [{ ...walked, asked: "the page after a page, 5,000 before the end" }]),
      ...bodies.map((body) => caseOf(body, false)),
      ...scans.map((body) => caseOf(body, true)),
      caseOf({ count: 1 }, true),
    ];
  });
}

const allAsked = (world: ListWorld): Asked[] => [...ofPeople(world), ...ofDeliveries(world)];

const since = (field: string, { now }: ListWorld): Body => ({
  condition: [[field, ">", now - 86_400]],
  limit: 1_000,
});
const newest = (field: string): Body => ({ order: [`${field} DESC`] });

/** What each list of people's things can be asked by. */
const personBodies = ({
  userId,
  profileId,
  rows,
}: ListWorld): Record<"one" | "user" | "users" | "profile", Body> => {
  const many = Array.from({ length: 200 }, (_, i) => userIdOf(1 + i * Math.floor(rows / 200)));
  return {
    one: { condition: [["id", "=", profileId]] },
    user: { condition: [["user_id", "=", userId]] },
    users: { condition: [["user_id", "IN", many]] },
    profile: { condition: [["profile_id", "=", profileId]] },
  };
};

function ofPeople(world: ListWorld): Asked[] {
  const { userId, profileId } = world;
  const { one, user, users, profile } = personBodies(world);
  const either = { 0: ["user_id", "=", userId], 1: ["email", "=", "user-7@example.org"] };
  return [
    {
      operation: "list/profile",
      model: profilesModel([
        ["tier", "text"],
        ["age", "number"],
      ]),
      bodies: [
        ...[one, user, users, profile],
        { condition: [["email", "=", `${userId}@example.org`]] },
        ...[since("create_time", world), since("update_time", world)],
        ...[newest("create_time"), newest("update_time")],
        { condition: { operator: "OR", ...either } },
      ],
      scans: [{ condition: [["tier", "=", "gold"]], order: ["id DESC"] }, { order: ["email"] }],
    },
    {
      operation: "list/device",
      model: DEVICES,
      bodies: [one, user, users, profile, since("create_time", world), newest("create_time")],
      scans: [{ condition: [["token", "=", `token-${profileId}`]] }],
    },
    {
      operation: "list/tag-hit",
      model: TAG_HITS,
      bodies: [
        ...[one, user, profile, { condition: [["tag", "=", "tag-7"]] }],
        ...[since("timestamp", world), newest("timestamp")],
      ],
    },
    { operation: "list/profile-attribute", model: PROFILE_ATTRIBUTES, bodies: [user, users, profile] },
    {
      operation: "list/profile-subscription",
      model: PROFILE_SUBSCRIPTIONS,
      bodies: [user, profile, since("update_time", world), newest("update_time")],
    },
  ];
}

function ofDeliveries(world: ListWorld): Asked[] {
  const { one, user, users, profile } = personBodies(world);
  const first = { operator: "AND", 0: ["campaign_id", "IN", [1, 2, 3]] };
  const yesterday = world.now - 86_400;
  const equal = (field: string, value: unknown, more: Body = {}): Body => ({
    condition: [[field, "=", value]],
    ...more,
  });
  return [
    {
      operation: "list/push-devices",
      model: PUSH_DEVICES,
      bodies: messageBodies(world, [user, profile, one, equal("action_id", 77 * 16 + 9)]),
    },
    {
      operation: "list/message",
      model: MESSAGES,
      bodies: [
        ...messageBodies(world, [user, users, profile, one]),
        ...[equal("execution_id", 77), equal("external_message_id", "ref-1")],
        { condition: { ...first, 1: ["create_time", ">=", yesterday] }, limit: 5_000 },
      ],
      scans: [{ condition: [["delivery_time", ">", yesterday]] }],
    },
    {
      operation: "list/push",
      model: { ...PUSHES, source: { ...PUSHES.source, fields: { ...PUSHES.source.fields, ...PUSH_COUNTS } } },
      bodies: [
        ...[equal("id", 77 * 16 + 9), equal("campaign_id", 5, { order: ["id DESC"] })],
        ...[equal("message_id", 5 * 16 + 9), equal("message", "Campaign 5")],
        ...[since("runtime", world), newest("runtime")],
      ],
    },
    {
      operation: "list/list-item",
      model: LIST_ITEMS,
      bodies: [
        equal("list_id", 2, { limit: 1_000 }),
        equal("list_id", 2, { order: ["id DESC"] }),
        {
          condition: [
            ["list_id", "=", 2],
            ["item", "=", world.userId],
          ],
        },
        ...[equal("item", world.userId), since("create_time", world)],
      ],
    },
  ];
}

function messageBodies({ now }: ListWorld, bodies: readonly Body[]): Body[] {
  return [
    ...bodies,
    { condition: [["campaign_id", "=", 7]] },
    { condition: [["campaign_id", "=", 1]], order: ["id DESC"] },
    { condition: [["campaign_id", "=", 1]], offset: 400_000 },
    {
      condition: [
        ["campaign_id", "=", 7],
        ["error", "=", 1],
      ],
    },
    { condition: [["create_time", ">", now - 86_400]], limit: 1_000 },
    { order: ["create_time"] },
    { order: ["create_time DESC"], limit: 5_000 },
  ];
}
