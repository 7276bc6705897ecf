/**
 * Values from the route table's own schemas: what the reference says may stand there, filled with ids that exist,
 * that belong to somebody else and that never were.
 */
import type { Random } from "../chaos/random.ts";
import { chance, pick } from "./hostile-values.ts";

/** Names and ids that requests are made of. */
export interface Names {
  readonly campaigns: readonly number[];
  readonly userIds: readonly string[];
  readonly devices: readonly number[];
  /** Of all kinds, another project's among them. */
  readonly ids: readonly (number | string)[];
  /** By the first part of a path under /api/app, what may stand right after it. */
  readonly inPath: Readonly<Record<string, readonly (number | string)[]>>;
}

interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
}

const WORDS = [
  "gold",
  "Ada",
  "ada@example.org",
  "353861234567",
  "u-1",
  "signin",
  "2026-01-01 10:00 UTC",
  "Hi {{ first_name }}",
];
const MAX_DEPTH = 5;

/** What a name usually holds, so that a call gets past its first checks. */
function byName(random: Random, name: string, names: Names): unknown {
  if (name === "id") return pick(random, chance(random, 3) ? names.ids : names.campaigns);
  if (name === "user_id") return pick(random, names.userIds);
  if (/(^|_)(id|ids)$/.test(name)) return pick(random, names.ids);
  if (name === "condition")
    return [
      [pick(random, ["id", "title", "user_id", "active", "create_time"]), "=", pick(random, [1, "u-1"])],
    ];
  if (name === "order")
    return [`${pick(random, ["id", "title", "create_time"])} ${pick(random, ["ASC", "DESC"])}`];
  return undefined;
}

/** A value that fits the schema; `name` is what it stands under. */
export function fitting(
  random: Random,
  schema: Schema,
  at: { name: string; names: Names; depth?: number },
): unknown {
  const { name, names, depth = 0 } = at;
  const usual = chance(random, 4) ? undefined : byName(random, name, names);
  if (usual !== undefined) return usual;
  if (schema.examples !== undefined && chance(random, 2)) return pick(random, schema.examples);
  if (schema.enum !== undefined) return pick(random, schema.enum);
  const types = [schema.type ?? ["string", "integer", "object"]].flat();
  const type = depth > MAX_DEPTH ? "string" : pick(random, types);
  switch (type) {
    case "object":
      return objectOf(random, schema, { name, names, depth });
    case "array":
      return Array.from({ length: random.whole(0, 3) }, () =>
        fitting(random, schema.items ?? {}, { name: "", names, depth: depth + 1 }),
      );
    case "integer":
    case "number":
      return random.whole(schema.minimum ?? 0, Math.min(schema.maximum ?? 2_000, 2 ** 31));
    case "boolean":
      return chance(random, 2);
    case "null":
      return null;
    default:
      return pick(random, WORDS);
  }
}

function objectOf(
  random: Random,
  schema: Schema,
  at: { name: string; names: Names; depth: number },
): unknown {
  const { names, depth } = at;
  const known = Object.entries(schema.properties ?? {});
  const share = depth === 0 ? 6 : 3;
  const chosen = known.filter(([name]) => schema.required?.includes(name) || chance(random, share));
  const open =
    known.length > 0 ? [] : random.shuffled([...names.userIds, "first_name", "a", "7", "9"]).slice(0, 2);
  const values = typeof schema.additionalProperties === "object" ? schema.additionalProperties : {};
  return Object.fromEntries([
    ...chosen.map(([name, one]) => [name, fitting(random, one, { name, names, depth: depth + 1 })]),
    ...open.map((name) => [name, fitting(random, values, { name, names, depth: depth + 1 })]),
  ]);
}

const tomorrow = (): string => `${new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)} 12:00 UTC`;

/** An example of the reference with ids that exist, and a time that is to come, instead of its own. */
export function namedIn(random: Random, example: unknown, names: Names): unknown {
  const text = JSON.stringify(example)
    .replaceAll('"CAMPAIGNID"', () => String(pick(random, names.campaigns)))
    .replaceAll(/"(crm-user-\d|user\d|u-\d|12345)"/g, () => JSON.stringify(pick(random, names.userIds)))
    .replaceAll(/\b(123456|640071)\b/g, () => String(pick(random, names.devices)))
    .replaceAll("2021-01-01 12:00 UTC", tomorrow());
  return JSON.parse(text);
}
