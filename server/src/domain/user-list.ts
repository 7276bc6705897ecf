/**
 * User lists: named sets of identifiers (evidence: data API, 9). What an item is, is chosen when the list is made and
 * stays; items are kept in the form in which such identifiers are matched elsewhere.
 */
import { type FieldErrors, fail, ok, Refusals, type Result } from "../base/result.ts";
import { parseEmail, parsePhone } from "./address.ts";
import { EntryRefusals, type TooLarge } from "./entry-refusals.ts";
import { sentence } from "./field-label.ts";
import { parseId, parseUserId } from "./ids.ts";

const MAX_TITLE = 255;
const MAX_ITEMS = 50_000; // as the other imports (decisions: limits)
const MAX_TOKEN = 1_024; // an index row must stay below 2,700 bytes

type ItemParser = (value: unknown) => Result<string, string>;

const parseNumber: ItemParser = (value) => {
  const id = parseId(value);
  return id.ok ? ok(String(id.value)) : id;
};

const parseToken: ItemParser = (value) => {
  if (value === undefined || value === null || value === "") return fail("cannot be blank");
  if (typeof value !== "string") return fail("must be text");
  return value.length > MAX_TOKEN ? fail(`must have at most ${MAX_TOKEN} characters`) : ok(value);
};

/** The kinds, named as the targets of execute/campaign are; `id` is a device's. */
const PARSERS = {
  user_id: parseUserId,
  email: (value: unknown): Result<string, string> => {
    const email = parseEmail(value);
    return email.ok ? ok(email.value.matchKey) : email;
  },
  mobile_number: parsePhone,
  profile_id: parseNumber,
  id: parseNumber,
  token: parseToken,
} as const satisfies Readonly<Record<string, ItemParser>>;

export type ListIdentifier = keyof typeof PARSERS;
export const LIST_IDENTIFIERS = Object.keys(PARSERS) as ListIdentifier[];

type Body = Readonly<Record<string, unknown>>;

export interface NewList {
  readonly title: string;
  readonly identifier: ListIdentifier;
}

/** external_id is the old name of user_id, as in target_by. */
const identifierNamed = (given: unknown): unknown => (given === "external_id" ? "user_id" : given);

/** The body of create/list. */
export function parseNewList(body: Body): Result<NewList, FieldErrors> {
  const refusals = new Refusals();
  const title = parseTitle(body.title);
  if (!title.ok) refusals.add("title", sentence("title", title.error));
  const given = identifierNamed(body.identifier ?? "user_id");
  const identifier = LIST_IDENTIFIERS.find((known) => known === given);
  if (identifier === undefined)
    refusals.add("identifier", sentence("identifier", `must be one of ${LIST_IDENTIFIERS.join(", ")}`));
  return title.ok && identifier !== undefined
    ? ok({ title: title.value, identifier })
    : fail(refusals.fields);
}

/**
 * The body of update/list: a title, where one is given.
 * @param identifier the list's, which may be repeated but not changed.
 */
export function parseListChange(
  body: Body,
  identifier: string,
): Result<{ title: string | null }, FieldErrors> {
  const refusals = new Refusals();
  const title = body.title === undefined ? null : parseTitle(body.title);
  if (title?.ok === false) refusals.add("title", sentence("title", title.error));
  if (identifierNamed(body.identifier ?? identifier) !== identifier)
    refusals.add("identifier", sentence("identifier", "cannot be changed"));
  return refusals.isEmpty ? ok({ title: title?.ok ? title.value : null }) : fail(refusals.fields);
}

function parseTitle(value: unknown): Result<string, string> {
  if (value === undefined || value === null) return fail("cannot be blank");
  if (typeof value !== "string") return fail("must be text");
  if (value.trim() === "") return fail("cannot be blank");
  if (/\p{Cc}/u.test(value)) return fail("must not contain line breaks or control characters");
  return [...value].length > MAX_TITLE ? fail(`must have at most ${MAX_TITLE} characters`) : ok(value);
}

const LIST_ACTIONS = ["add", "remove", "replace"] as const;
export type ListAction = (typeof LIST_ACTIONS)[number];

export interface ItemsCall {
  readonly action: ListAction;
  /** Not looked at yet: what an item is, the list says. */
  readonly items: readonly unknown[];
}

/** The body of import/list, less the list. An empty `items` empties the list with `replace`, and is refused else. */
export function parseItemsCall(body: Body): Result<ItemsCall, FieldErrors | TooLarge> {
  const refuse = (field: string, predicate: string) => ({ [field]: [sentence(field, predicate)] });
  const given = body.action ?? "add";
  const action = LIST_ACTIONS.find((known) => known === given);
  if (action === undefined) return fail(refuse("action", `must be one of ${LIST_ACTIONS.join(", ")}`));
  const { items } = body;
  if (items === undefined || items === null) return fail(refuse("items", "cannot be blank"));
  if (!Array.isArray(items)) return fail(refuse("items", "must be a list"));
  if (items.length === 0 && action !== "replace") return fail(refuse("items", "cannot be blank"));
  if (items.length > MAX_ITEMS)
    return fail({ tooLarge: refuse("items", `must have at most ${MAX_ITEMS} entries per call`) });
  return ok({ action, items });
}

/** Items in their matching form, no two the same; or the first wrong ones by their place. */
export function parseItems(
  identifier: ListIdentifier,
  items: readonly unknown[],
): Result<string[], FieldErrors> {
  const refused = new EntryRefusals();
  const unique = new Set<string>();
  items.forEach((item, no) => {
    const read = PARSERS[identifier](item);
    if (read.ok) unique.add(read.value);
    else refused.add(`items[${no}]`, read.error);
  });
  return refused.isEmpty ? ok([...unique]) : fail(refused.fields);
}
