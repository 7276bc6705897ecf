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

/** Rows of people by their user id: a user id never changes, so the profile's id stands for it. */
export const byUserId: Narrowing = (values, add) => {
  const buckets = values.map(ofText);
  return `${inBuckets(buckets, add)} and t.profile_id = any(array(select own.id from profiles own
    where own.project_id = $1::integer and ${inBuckets(buckets, add, "own.bucket")}
      and own.user_id = any(${add(texts(values.map(String)))}::text[])))`;
};

/** Profiles by an address: every address of a profile has its key. */
const byKey =
  (kind: number, keyOf: (text: string) => string): Narrowing =>
  (values, add) => {
    const keys = values.map((value) => keyOf(String(value)));
    return `t.id = any(array(select k.profile_id from lookup_keys k
      where k.project_id = $1::integer and ${inBuckets(keys.map(bucketOf), add, "k.bucket")} and k.kind = ${kind}
        and k.key = any(${add(texts(keys))}::text[])))`;
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
