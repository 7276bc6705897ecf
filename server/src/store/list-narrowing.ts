/**
 * Narrowings of list conditions: what a wire field that has no index says of columns that have one. The field's own
 * test stays beside it, so a narrowing may be wide but never wrong.
 */
import { bucketOf } from "../domain/ids.ts";
import { emailKey, KEY_KINDS } from "../domain/profile.ts";
import { numbers, texts } from "./db.ts";
import type { AddParameter, Narrowing } from "./list.ts";

const BUCKETS = 64;

const inNumbers = (column: string, values: Iterable<number>, add: AddParameter, cast = "bigint"): string =>
  `${column} = any(${add(numbers([...new Set(values)]))}::${cast}[])`;
const inBuckets = (buckets: Iterable<number>, add: AddParameter, column = "t.bucket"): string =>
  inNumbers(column, buckets, add, "smallint");
const ofText = (value: string | number): number => bucketOf(String(value));
const ofId = (value: string | number): number => ((Number(value) % BUCKETS) + BUCKETS) % BUCKETS;

/** The bucket that a text itself has: of a user id, or of a list's item. */
export const byTextBucket: Narrowing = (values, add) => inBuckets(values.map(ofText), add);

/** The bucket that an id carries in its low bits. */
export const byIdBucket: Narrowing = (values, add) => inBuckets(values.map(ofId), add);

/**
 * Ids of rows that are found one by one: a bucket and a key each. Two `= any` beside each other would try every key in
 * every bucket (200 user ids: 197 ms instead of 4).
 * @param from table, column of the id and test, for `u.bucket` and `u.key`.
 */
const idsByPairs = (
  from: { table: string; id: string; test: string; cast: "text" | "bigint" },
  pairs: { buckets: readonly number[]; keys: string },
  add: AddParameter,
): string =>
  `select q.id from unnest(${add(numbers(pairs.buckets))}::smallint[], ${add(pairs.keys)}::${from.cast}[]) as u (bucket, key)
   cross join lateral (select ${from.id} as id from ${from.table}
     where project_id = $1::integer and bucket = u.bucket and ${from.test} offset 0) as q`;

const profilesOfUsers = (values: readonly (string | number)[], add: AddParameter): string =>
  idsByPairs(
    { table: "profiles", id: "id", test: "user_id = u.key", cast: "text" },
    { buckets: values.map(ofText), keys: texts(values.map(String)) },
    add,
  );

/** Profiles by user id. */
export const profilesByUserId: Narrowing = (values, add) =>
  values.length === 1 ? byTextBucket(values, add) : `t.id = any(array(${profilesOfUsers(values, add)}))`;

/** Rows of people by their user id: a user id never changes, so the profile's id stands for it. */
export const byUserId =
  (table: string): Narrowing =>
  (values, add) => {
    const [first] = values;
    if (values.length === 1 && first !== undefined)
      return `${inBuckets([ofText(first)], add)} and t.profile_id = any(array(${profilesOfUsers(values, add)}))`;
    return `t.id = any(array(select r.id from (${profilesOfUsers(values, add)}) as o
      cross join lateral (select id from ${table}
        where project_id = $1::integer and bucket = o.id % ${BUCKETS} and profile_id = o.id offset 0) as r))`;
  };

/** Profiles by an address: every address of a profile has its key. */
const byKey =
  (kind: number, keyOf: (text: string) => string): Narrowing =>
  (values, add) => {
    const keys = values.map((value) => keyOf(String(value)));
    const test = `kind = ${kind} and key = u.key`;
    const from = { table: "lookup_keys", id: "profile_id", test, cast: "text" } as const;
    const pairs = { buckets: keys.map(bucketOf), keys: texts(keys) };
    return `t.id = any(array(${idsByPairs(from, pairs, add)}))`;
  };
export const byEmail: Narrowing = byKey(KEY_KINDS.email, emailKey);
export const byMobile: Narrowing = byKey(KEY_KINDS.mobile, (text) => text);

/** A derived id: the stored one times `factor`, plus what tells the parts of a row apart. */
export const byPartOf =
  (column: string, factor: number): Narrowing =>
  (values, add) =>
    inNumbers(
      column,
      values.map((value) => Math.floor(Number(value) / factor)),
      add,
    );

/** Rows of campaigns by their title. */
export const byCampaignTitle: Narrowing = (values, add) =>
  `t.campaign_id = any(array(select n.id from campaigns n
    where n.project_id = $1::integer and n.title = any(${add(texts(values.map(String)))}::text[])))`;
