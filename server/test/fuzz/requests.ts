/** Requests for every door of the API: bodies from the route table, some left as they are, most of them spoilt. */
import { gzipSync } from "node:zlib";
import { ROUTE_PERMISSIONS } from "../../src/http/app/fixtures/route-permissions.ts";
import type { Operation } from "../../src/http/external/operation.ts";
import { OPERATIONS } from "../../src/http/external/operations.ts";
import type { Random } from "../chaos/random.ts";
import { pathOf, type RawRequest } from "../raw-http.ts";
import { APP_BODIES } from "./app-bodies.ts";
import { chance, filled, hostileJson, pick, spoil } from "./hostile-values.ts";
import { fitting, type Names, namedIn } from "./schema-values.ts";

export type Door = "external" | "oauth" | "app";

export interface FuzzRequest extends RawRequest {
  readonly door: Door;
  /** Of the route table: what it asks, without ids. */
  readonly label: string;
}

export interface Callers {
  readonly apptoken: string;
  /** Of a signed-in administrator. */
  readonly cookie: string;
  readonly origin: string;
  readonly client: { readonly id: string; readonly secret: string };
}

export interface Material {
  readonly random: Random;
  readonly names: Names;
  readonly callers: Callers;
}

type Headers = Record<string, string>;

const KNOWN = [
  ...new Set(
    OPERATIONS.flatMap(({ body }) => Object.keys((body as { properties?: object }).properties ?? {})),
  ),
];

/** They end or change what the run itself asks with. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  "POST /logout",
  "POST /app-token/rotate",
  "PATCH /app-token",
  "PATCH /me",
  "PATCH /project",
]);
const APP_ROUTES = Object.keys(ROUTE_PERMISSIONS).filter((route) => !LEFT_OUT.has(route));

/** @param spoilt how many places are changed; null leaves it to chance, a third of them to none. */
export function makeRequest(material: Material): FuzzRequest {
  const { random } = material;
  const door = random.next();
  if (door < 0.7) return external(material, pick(random, OPERATIONS));
  return door < 0.9 ? app(material, pick(random, APP_ROUTES)) : oauth(material);
}

function external(material: Material, operation: Operation): FuzzRequest {
  const { random, names, callers } = material;
  const model = pick(random, [operation.model, operation.model, ...(operation.aliases ?? [])]);
  const body = chance(random, 2)
    ? namedIn(random, pick(random, operation.examples), names)
    : fitting(random, operation.body, { name: "", names });
  const tree: Record<string, unknown> = { apptoken: callers.apptoken, ...(body as object) };
  const headers: Headers = { "Content-Type": "application/json" };
  const bytes = written(material, tree, headers);
  const path = `${pathOf(`${operation.method}/${model}`)}${chance(random, 40) ? pick(random, ODD_ENDS) : ""}`;
  return {
    door: "external",
    label: `${operation.method}/${model}`,
    path,
    headers,
    body: bytes,
    ...methodOf(random),
  };
}

const ODD_ENDS = ["/", "/x", "?apptoken=x", "?id=1", "%00", "%2e%2e", ";x", "/%ff", "//"];

const methodOf = (random: Random): { method?: string } =>
  chance(random, 60) ? { method: pick(random, ["GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"]) } : {};

function app({ random, names, callers }: Material, route: string): FuzzRequest {
  const [method = "GET", path = "/"] = route.split(" ");
  const asked = path.replace(/:\w+/g, () => encodeURIComponent(String(idInPath(random, names, path))));
  const headers: Headers = { Cookie: callers.cookie, Origin: callers.origin };
  if (chance(random, 30))
    headers["Carillon-Project"] = pick(random, ["1", "2", "0", "-1", "x", "1e9", "99999999999"]);
  if (method === "GET")
    return { door: "app", label: route, method, path: `/api/app${asked}${query(random)}`, headers };
  if (route === "POST /imports") {
    headers["Content-Type"] = "text/csv";
    const body = pick(random, FILES);
    return { door: "app", label: route, method, path: `/api/app${asked}?name=people.csv`, headers, body };
  }
  headers["Content-Type"] = chance(random, 25) ? pick(random, CONTENT_TYPES) : "application/json";
  const example = APP_BODIES[route];
  const tree: Record<string, unknown> = { ...(namedIn(random, example ?? {}, names) as object) };
  if (example === undefined || chance(random, 4)) tree[pick(random, KNOWN)] = pick(random, names.ids);
  return {
    door: "app",
    label: route,
    method,
    path: `/api/app${asked}`,
    headers,
    body: written({ random, names, callers }, tree, headers),
  };
}

const FILES: readonly (string | Buffer)[] = [
  "user_id,first_name\nu-1,Ada\n",
  'user_id,"first_name\nu-1',
  "a,a\n1,2,3",
  "user_id\n\u0000\n",
  Buffer.from([0xff, 0xfe, 0x61, 0x00]),
  "",
  "\n\n\n",
];
const ODD_IDS = [
  "0",
  "-1",
  "1e3",
  "9007199254740993",
  "99999999999999999999",
  "x",
  "%",
  "\u0000",
  "é",
  "1 ",
  "__proto__",
  "sms",
];

function idInPath(random: Random, names: Names, path: string): string | number {
  if (chance(random, 4)) return pick(random, ODD_IDS);
  const fitting = names.inPath[path.split("/")[1] ?? ""] ?? [];
  return fitting.length > 0 && chance(random, 2)
    ? pick(random, fitting)
    : pick(random, [...names.campaigns, ...names.ids]);
}

const QUERY_NAMES = [
  "limit",
  "before",
  "after",
  "search",
  "status",
  "channel",
  "campaign_id",
  "cursor",
  "page",
  "q",
  "from",
  "to",
  "target",
  "execution_id",
  "token",
  "sort",
];
const QUERY_VALUES = [
  "1",
  "0",
  "-1",
  "x",
  "%00",
  "%ff",
  "1e400",
  "99999999999999999999",
  "",
  "a%20b",
  "%F0%9F%91%8D",
  "9",
  "2030-01-01",
  "%5B%5D",
];

function query(random: Random): string {
  const pairs = Array.from(
    { length: random.whole(0, 3) },
    () => `${pick(random, QUERY_NAMES)}=${pick(random, QUERY_VALUES)}`,
  );
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

function oauth(material: Material): FuzzRequest {
  const { random, callers } = material;
  const { id, secret } = callers.client;
  const tree: Record<string, unknown> = pick(random, [
    { grant_type: "client_credentials", client_id: id, client_secret: secret },
    { grant_type: "client_credentials", client_id: id, client_secret: "wrong", scope: "list info" },
    { grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion: "e30.e30.AAAA" },
    { grant_type: "password", username: "a", password: "b" },
  ]);
  const headers: Headers = { "Content-Type": "application/x-www-form-urlencoded" };
  if (chance(random, 6)) headers.Authorization = pick(random, AUTHORIZATIONS);
  const body = chance(random, 2) ? formOf(tree, random) : written(material, tree, headers);
  return { door: "oauth", label: "token", path: "/api/oauth/token", headers, body, ...methodOf(random) };
}

const CONTENT_TYPES = [
  "text/plain",
  "application/x-www-form-urlencoded",
  "multipart/form-data",
  "",
  ";",
  "application/json; charset=utf-16",
  "x".repeat(300),
  "application/xml",
];
const AUTHORIZATIONS = [
  "",
  "Bearer",
  "Bearer x",
  "Bearer cat_1_x",
  "Basic",
  "Basic !!!",
  "Basic Og==",
  "Digest x",
  `Bearer ${"x".repeat(5_000)}`,
  "Bearer crl_\u00e9",
];
const ODD_HEADERS: readonly (readonly [name: string, values: readonly string[]])[] = [
  ["Content-Type", CONTENT_TYPES],
  ["Authorization", AUTHORIZATIONS],
  ["Idempotency-Key", ["", " ", "k", "k2", "x".repeat(256), "\u00e9", "a\tb"]],
  ["X-Request-Id", ["", "mine-1", "x".repeat(200), "a b", "<script>"]],
  ["X-HTTP-Method-Override", ["DELETE", "GET"]],
  ["Content-Encoding", ["gzip", "identity", "br", "x"]],
  ["Accept", ["text/html", "*/*", ""]],
  ["Cookie", ["apptoken=x", "carillon_session=x", ";;="]],
  ["X-Forwarded-For", ["1.2.3.4", "x".repeat(3_000)]],
];

/** The tree as bytes, after whatever chance did to it. May change the headers. */
function written({ random }: Material, tree: Record<string, unknown>, headers: Headers): string | Buffer {
  for (let left = pick(random, [0, 0, 1, 1, 1, 2, 3]); left > 0; left -= 1) spoil(random, tree, KNOWN);
  if (chance(random, 12)) {
    const [name, values] = pick(random, ODD_HEADERS);
    headers[name] = pick(random, values);
  }
  if (chance(random, 15)) {
    headers["Content-Type"] = "application/x-www-form-urlencoded";
    return formOf(tree, random);
  }
  const json = filled(tree);
  return chance(random, 8) ? brokenText(random, json) : json;
}

function brokenText(random: Random, json: string): string | Buffer {
  const at = random.whole(0, json.length);
  const ways: readonly (() => string | Buffer)[] = [
    () => json.slice(0, at),
    () => json.slice(0, at) + pick(random, ["{", "}", ",", '"', "\u0000", "\\", "]"]) + json.slice(at),
    () => json.replace("{", `{"id":${hostileJson(random)},`),
    () => json.replace("{", `{"target":${hostileJson(random)},`),
    () => `\ufeff${json}`,
    () => Buffer.from(json, "utf16le"),
    () =>
      Buffer.concat([Buffer.from(json.slice(0, at)), Buffer.from([0xc3, 0x28]), Buffer.from(json.slice(at))]),
    () => gzipSync(json),
    () => `${json}${json}`,
    () => `[${json}]`,
    () => "",
    () => hostileJson(random),
    () => `${" ".repeat(random.whole(1, 5_000))}${json}`,
  ];
  return pick(random, ways)();
}

/** As PHP and old clients write it: brackets for what nests. */
function formOf(tree: unknown, random: Random): string {
  const pairs: string[] = [];
  const walk = (name: string, value: unknown): void => {
    if (typeof value === "object" && value !== null) {
      const isBare = Array.isArray(value) && chance(random, 2);
      for (const [key, inner] of Object.entries(value))
        walk(name === "" ? key : `${name}[${isBare ? "" : key}]`, inner);
      return;
    }
    pairs.push(`${encodeURIComponent(wellFormed(name))}=${encodeURIComponent(wellFormed(String(value)))}`);
  };
  walk("", tree);
  if (chance(random, 10))
    pairs.push(
      pick(random, [
        "a[__proto__][x]=1",
        `${"a[b]".repeat(30)}=1`,
        "id=1&id=2",
        "%zz=1",
        "=",
        "a=%00",
        "[]=1",
      ]),
    );
  return pairs.join("&");
}

const wellFormed = (text: string): string => text.toWellFormed();
