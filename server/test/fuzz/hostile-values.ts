/** Values that have broken parsers before, and how a request made of JSON is spoilt with them. */
import type { Random } from "../chaos/random.ts";

export const pick = <T>(random: Random, list: readonly T[]): T => list[random.whole(0, list.length - 1)] as T;

/** True once in `every` times on average. */
export const chance = (random: Random, every: number): boolean => random.whole(1, every) === 1;

/** What stands under one name, the text of its JSON: not everything here can be written by JSON.stringify. */
const RAW_VALUES: readonly string[] = [
  ...["null", "true", "false", "0", "-0", "-1", "1", "1.5", "1e400", "-1e400", "1e-400", "9007199254740993"],
  ...["2147483648", "-2147483649", "9223372036854775808", "1e21", "253402300800", "-62135596801", "0.1"],
  ...[
    '""',
    '" "',
    '"0"',
    '"-1"',
    '"1e3"',
    '"0x10"',
    '"NaN"',
    '"null"',
    '"true"',
    '"[]"',
    '"\\u0000"',
    '"a\\u0000b"',
  ],
  ...[
    '"\\ud800"',
    '"\\udfffx"',
    '"\\ufeff"',
    '"\\u202e"',
    '"\\u2028"',
    '"👩‍👩‍👧"',
    '"é"',
    '"ß"',
    '"İ"',
    '"\\u200b"',
  ],
  ...[
    `"' or 1=1 --"`,
    `"\\"; drop table x"`,
    `"{}"`,
    `"\\\\"`,
    '"%00"',
    '"../../etc/passwd"',
    '"{{ 7*7 }}"',
    '"{% if %}"',
  ],
  ...[
    '"{{ name }"',
    '"{% for i in 1..1000000000 %}x{% endfor %}"',
    '"<script>alert(1)</script>"',
    '"a\\r\\nb: c"',
    '"\\t"',
  ],
  ...[
    '"2020-02-30"',
    '"0000-00-00 00:00:00"',
    '"10000-01-01 00:00 UTC"',
    '"now"',
    '"2030-01-31 09:30 Nowhere/Land"',
  ],
  ...[
    "[]",
    "{}",
    "[null]",
    "[[]]",
    "[{}]",
    '[""]',
    "[1,1,1]",
    '["a","a"]',
    '{"":1}',
    '{"a":{"b":{"c":1}}}',
    '{"0":1,"2":3}',
  ],
  ...[
    '{"__proto__":{"x":1}}',
    '{"constructor":{"prototype":{"x":1}}}',
    '{"toString":1}',
    '{"length":3}',
    '{"$ne":null}',
  ],
  ...[
    '{"operator":"AND"}',
    '{"operator":"XOR","0":["id","=",1]}',
    '["id","=",1]',
    '[["id","IN",[]]]',
    '[["id","=",{}]]',
  ],
  ...[
    '[["id",">","abc"]]',
    '[["__proto__","=",1]]',
    '[["id","=",1],{"operator":"OR"}]',
    '[["id","=",1e400]]',
  ],
  ...[
    '["user_id","user_id"]',
    '["id","__proto__"]',
    "[[1,2],[3]]",
    '[[{"a":1}]]',
    '[["\\u0000"]]',
    '[["a"],"b"]',
  ],
];

const nested = (depth: number): string => `${"[".repeat(depth)}${"]".repeat(depth)}`;
const nestedObject = (depth: number): string => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;

/** One hostile value as JSON text. */
export function hostileJson(random: Random): string {
  if (chance(random, 12)) {
    const length = pick(random, [256, 257, 1_001, 65_536, 300_000]);
    const letter = pick(random, ["x", "é", "👍", "\\u0001", '\\"']);
    return `"${letter.repeat(length)}"`;
  }
  if (chance(random, 12)) return pick(random, [nested, nestedObject])(random.whole(5, 200));
  if (chance(random, 25)) return `[${Array(random.whole(50, 3_000)).fill('"x"').join(",")}]`;
  return pick(random, RAW_VALUES);
}

/** JSON text that stands where JSON.stringify left its placeholder. */
const HOLE = "\u0001hole:";

/** Stands for a value that only text can express; `filled` puts the text there. */
const hole = (json: string): string => `${HOLE}${Buffer.from(json).toString("base64")}`;

/** A tree with its holes as JSON text. */
export const filled = (tree: unknown): string =>
  JSON.stringify(tree).replace(/"\\u0001hole:([A-Za-z0-9+/=]*)"/g, (_all, base64: string) =>
    Buffer.from(base64, "base64").toString("utf8"),
  );

type Container = Record<string, unknown> | unknown[];

const isContainer = (value: unknown): value is Container => typeof value === "object" && value !== null;

/** Every place of a tree that holds a value: where it is and under which name. */
function placesOf(tree: Container): (readonly [at: Container, key: string])[] {
  return Object.entries(tree).flatMap(([key, value]) => [
    [tree, key] as const,
    ...(isContainer(value) ? placesOf(value) : []),
  ]);
}

function put(at: Container, key: string, value: unknown): void {
  if (Array.isArray(at)) at[Number(key)] = value;
  else Object.defineProperty(at, key, { value, enumerable: true, configurable: true, writable: true });
}

function drop(at: Container, key: string): void {
  if (Array.isArray(at)) at.splice(Number(key), 1);
  else delete at[key];
}

/** As a tired finger would write it. */
function nearMiss(random: Random, name: string): string {
  const at = random.whole(0, name.length - 1);
  const ways = [
    `${name}s`,
    name.toUpperCase(),
    ` ${name}`,
    `${name}\u0000`,
    name.slice(0, at) + name.slice(at + 1),
    name.replace("_", ""),
    `${name}[]`,
    "__proto__",
    "constructor",
  ];
  return pick(random, ways);
}

/** Changes one place of the tree. `known` are names that other operations take. */
export function spoil(random: Random, tree: Record<string, unknown>, known: readonly string[]): void {
  // The credential is one name of many in real life too: most requests ought to get past it.
  const places = placesOf(tree).filter(([, key]) => key !== "apptoken" || chance(random, 8));
  const [at, key] = places.length === 0 ? [tree, "id"] : pick(random, places);
  const old = Array.isArray(at) ? at[Number(key)] : at[key];
  const ways: readonly (() => void)[] = [
    () => put(at, key, hole(hostileJson(random))),
    () => put(at, key, hole(hostileJson(random))),
    () => put(at, key, hole(hostileJson(random))),
    () => drop(at, key),
    () => put(at, key, [old]),
    () => put(at, key, { [key]: old }),
    () => put(at, key, String(old)),
    () => put(tree, nearMiss(random, key), old),
    () => put(tree, pick(random, known), hole(hostileJson(random))),
    () => put(isContainer(old) ? old : tree, pick(random, known), hole(hostileJson(random))),
  ];
  pick(random, ways)();
}
