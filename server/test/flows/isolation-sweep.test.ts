/**
 * Every id of project A, in every place of every operation that can hold one, asked by B: five thousand requests, each
 * pair answered byte by byte alike whether the id is A's or never was (reliability battery, F1). The places come from
 * the route table and from the list of the dashboard's routes, so that a new operation is swept without being named.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROUTE_PERMISSIONS } from "../../src/http/app/fixtures/route-permissions.ts";
import type { Operation } from "../../src/http/external/operation.ts";
import { OPERATIONS } from "../../src/http/external/operations.ts";
import { type Checksums, changedTables, tableChecksums } from "../checksums.ts";
import { ask, pathOf, type RawRequest } from "../raw-http.ts";
import {
  changedOfA,
  type IsolationWorld,
  idsOfA,
  neverWas,
  startIsolationWorld,
  TEXTS,
  textsOfA,
} from "./isolation-world.ts";
import { asAdmin, makeClient } from "./oauth-admin.ts";

type Name = string | number;
type Body = Readonly<Record<string, unknown>>;

let world: IsolationWorld;
/** Of kinds that the world has none of: list, client, invitation, connection. */
let more: Name[];
let atStart: Checksums;
let asked = 0;

beforeAll(async () => {
  world = await startIsolationWorld();
  const { stack } = world;
  for (const [i, table] of ["lists", "invitations", "connections", "client_secrets"].entries())
    await stack.owner.unsafe(`alter table ${table} alter column id restart with ${7_500_001 + i * 100_000}`);
  const list = await stack.call("create/list", { title: "Canary", identifier: "email" });
  await stack.call("import/list", { id: list.body.model.id, items: [TEXTS.email] });
  const client = await makeClient(stack, ["list"]);
  const invitation = await asAdmin(stack, "POST /invitations", {
    email: "canary-guest@a.example",
    role: "viewer",
  });
  const hook = { name: "Canary", url: "https://canary.example/x", events: ["message_send"] };
  const connection = await asAdmin(stack, "POST /connections", hook);
  more = [list.body.model.id, client.id, client.secretId, invitation.body.data.id, connection.body.data.id];
  expect(more.every((one) => one !== undefined)).toBe(true);
  atStart = await tableChecksums(stack.owner, stack.id);
});
afterAll(async () => {
  await world.stack.stop();
});

const namesOfA = (): Name[] => [...idsOfA(world), ...more, ...textsOfA(world)];

/** Names that B has written into something of its own by now: hearing of them again is no news of A. */
const written = new Set<string>();

/** What differs between any two answers; names, hidden; and ids and times that the pair made anew. */
const VARIES = [
  "x-request-id",
  "date",
  "content-length",
  "x-ratelimit-remaining",
  "x-ratelimit-reset",
  "last-modified",
  "etag",
];

/** One of A's names and one that never was, in the same request. @returns what is wrong; null when nothing is. */
async function compare(name: Name, requestOf: (name: Name) => RawRequest): Promise<string | null> {
  const other =
    typeof name === "string" && name.startsWith("ccl_") ? name.replace(/.{6}$/, "000000") : neverWas(name);
  const [ofA, ofNobody] = [await shown(requestOf(name), name), await shown(requestOf(other), other)];
  asked += 2;
  const leaked = revealed(ofA.raw);
  const request = JSON.stringify(requestOf(name)).slice(0, 400);
  if (leaked !== undefined) return `${request} reveals ${leaked}: ${ofA.raw.slice(0, 400)}`;
  if (ofA.text !== ofNobody.text)
    return `${request}\n  of A: ${ofA.text.slice(0, 500)}\n  nobody: ${ofNobody.text.slice(0, 500)}`;
  return null;
}

async function shown(request: RawRequest, name: Name): Promise<{ raw: string; text: string }> {
  const { status, headers, text } = await ask(world.stack.url, request);
  const raw = text.replaceAll(String(name), "NAME");
  const kept = [...headers].filter(([header]) => !VARIES.includes(header));
  // Numbers of five digits and more are ids and times; what is A's was looked for before they go.
  const same = raw.replaceAll(/(?:nobody-|token-)?(?:\d{5,}|NAME)/g, "0");
  return { raw, text: JSON.stringify([status, kept, same]) };
}

const revealed = (raw: string): string | undefined => {
  const ownWords = [...written].sort((x, y) => y.length - x.length);
  const lower = ownWords.reduce((text, word) => text.replaceAll(word, "NAME"), raw.toLowerCase());
  return ["canary", ...namesOfA().map(String)].find((text) => lower.includes(text.toLowerCase()));
};

const ID_FIELD =
  /(^|_)ids?$|^(target|email|mobile_number|token|tokenArray|tag|attribute|event|locations|lists?|segment|webhook_connections)$/;

/** The body with the name in one place more, or instead of what stood there; in each form that a caller may write. */
function placesOf(operation: Operation): ((name: Name) => Body)[] {
  const { properties = {} } = operation.body as { properties?: object };
  const base: Body = { ...operation.examples[0], id: world.bCampaign };
  const fields = [...new Set(["id", ...Object.keys(properties).filter((field) => ID_FIELD.test(field))])];
  const inFields = fields.flatMap((field) => [
    (name: Name): Body => ({ ...base, [field]: name }),
    (name: Name): Body => ({ ...base, [field]: String(name) }),
    (name: Name): Body => ({ ...base, [field]: [name] }),
  ]);
  const known = new Set(Object.keys(properties));
  const elsewhere: readonly (readonly [field: string, bodyOf: (name: Name) => Body])[] = [
    ["condition", (name) => ({ ...base, condition: [["id", "=", name]] })],
    ["condition", (name) => ({ ...base, condition: [["id", "IN", [name]]] })],
    ["condition", (name) => ({ ...base, condition: [[name, "=", 1]] })],
    ["select", (name) => ({ ...base, select: [name] })],
    ["order", (name) => ({ ...base, order: [`${name} DESC`] })],
    ["params", (name) => ({ ...base, params: { [name]: name }, target_by: "user_id", target: ["own-user"] })],
    [
      "target_with_params",
      (name) => ({ ...base, target_by: "user_id", target: undefined, target_with_params: { [name]: {} } }),
    ],
    ["rows", (name) => ({ ...base, columns: ["user_id", "first_name"], rows: [[name, name]] })],
    ["items", (name) => ({ ...base, items: [name] })],
    ["events", (name) => ({ ...base, events: [{ user_id: name, event: "x" }] })],
    ["attributes", (name) => ({ ...base, attributes: [{ user_id: name, attribute: name, value: 1 }] })],
    ["tags", (name) => ({ ...base, tags: [{ user_id: name, tag: name, name }] })],
  ];
  const inOthers = elsewhere.filter(([field]) => known.has(field)).map(([, bodyOf]) => bodyOf);
  return [...inFields, ...inOthers, (name) => ({ ...base, project_id: name })];
}

/** @param isWriting what a name leaves behind in B is known afterwards. */
async function sweep(
  { places, isWriting }: { places: readonly ((name: Name) => RawRequest)[]; isWriting: boolean },
  names: readonly Name[],
): Promise<string[]> {
  const found: string[] = [];
  for (const place of places) {
    // What the rest of the request does for the first time is done before the pairs begin.
    if (isWriting) await ask(world.stack.url, place(neverWas(neverWas(names[0] ?? 0))));
    for (const name of names) {
      const fault = await compare(name, place);
      if (fault !== null) found.push(fault);
      if (isWriting) written.add(String(name).toLowerCase());
    }
  }
  return found.slice(0, 5);
}

const isReading = ({ method }: Operation): boolean => method === "info" || method === "list";

const titled = (operations: readonly Operation[]) =>
  operations.map((operation) => [`${operation.method}/${operation.model}`, operation] as const);

const requestsOf = (operation: Operation): ((name: Name) => RawRequest)[] =>
  placesOf(operation).map((bodyOf) => (name) => ({
    path: pathOf(`${operation.method}/${operation.model}`),
    body: JSON.stringify({ apptoken: world.b.token, ...bodyOf(name) }),
  }));

/** They end B's own credential, or answer with figures of the moment. */
const LEFT_OUT = ["GET /health", "POST /login", "POST /logout", "POST /app-token/rotate", "PATCH /app-token"];
const ROUTES = Object.keys(ROUTE_PERMISSIONS).filter((route) => !LEFT_OUT.includes(route));
// Not a cursor: it names a place in the caller's own list, not an object.
const QUERIES = ["campaign_id", "execution_id", "search", "target", "user_id", "q", "token"];

function appPlaces(route: string): ((name: Name) => RawRequest)[] {
  const [method = "GET", path = ""] = route.split(" ");
  const headers = { Authorization: `Bearer ${world.b.token}`, "Content-Type": "application/json" };
  const at = (filled: string, body: Body | null): RawRequest => ({
    method,
    path: `/api/app${filled}`,
    headers,
    ...(body === null ? {} : { body: JSON.stringify(body) }),
  });
  const withOwn = path.replace(/:\w+/g, String(world.bCampaign));
  const inPath = path.includes("/:")
    ? [
        (name: Name) =>
          at(
            path.replace(/:\w+/g, encodeURIComponent(name)),
            method === "GET" ? null : { name: "x", role: "viewer" },
          ),
      ]
    : [];
  if (method === "GET")
    return [
      ...inPath,
      ...QUERIES.map((query) => (name: Name) => at(`${withOwn}?${query}=${encodeURIComponent(name)}`, null)),
    ];
  const fields = ["id", "campaign_id", "user_id", "email", "client_id", "target"];
  return [
    ...inPath,
    ...fields.map(
      (field) => (name: Name) =>
        at(withOwn, { [field]: field === "target" ? [name] : name, target_by: "user_id" }),
    ),
  ];
}

/** Whoever reads leaves nothing behind, so that places may be tried side by side. */
async function sweepReading(places: readonly ((name: Name) => RawRequest)[]): Promise<string[]> {
  const found = await Promise.all(
    places.map((place, i) =>
      sweep(
        { places: [place], isWriting: false },
        namesOfA().filter((_, n) => n % 2 === i % 2),
      ),
    ),
  );
  return found.flat();
}

const sweepWriting = (places: readonly ((name: Name) => RawRequest)[]): Promise<string[]> =>
  sweep(
    { places, isWriting: true },
    namesOfA().filter((_, n) => n % 3 === 0),
  );

const LONG = { timeout: 120_000 };
const isGet = (route: string): boolean => route.startsWith("GET ");

// First what only reads, while B has nothing that bears a name of A.
describe("every id of A in every place of what reads", () => {
  test.each(titled(OPERATIONS.filter(isReading)))("%s", LONG, async (_path, operation) => {
    expect(await sweepReading(requestsOf(operation))).toEqual([]);
  });
  test.each(ROUTES.filter(isGet))("%s", LONG, async (route) => {
    expect(await sweepReading(appPlaces(route))).toEqual([]);
  });
});

describe("every id of A in every place of what writes", () => {
  test.each(titled(OPERATIONS.filter((one) => !isReading(one))))("%s", LONG, async (_path, operation) => {
    expect(await sweepWriting(requestsOf(operation))).toEqual([]);
  });
  test.each(ROUTES.filter((route) => !isGet(route)))("%s", LONG, async (route) => {
    expect(await sweepWriting(appPlaces(route))).toEqual([]);
  });
});

test("that were five thousand requests, A is as it was, and B has nothing of it", async () => {
  expect(asked).toBeGreaterThan(5_000);
  const { stack } = world;
  expect(changedTables(atStart, await tableChecksums(stack.owner, stack.id))).toEqual([]);
  expect(await changedOfA(world)).not.toContain("profiles");
});
