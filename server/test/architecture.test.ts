/** The shape of the tree, held by a machine: imports point one way, no cycles, one importer a library. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const SRC = resolve(import.meta.dirname, "../src");

/** A folder may import itself and these. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  base: [],
  domain: ["base", "twig"],
  store: ["base", "domain"],
  gateways: ["base", "domain"],
  actions: ["base", "domain", "store"],
  webhooks: ["base", "domain", "store"],
  pipeline: ["base", "domain", "store", "actions", "gateways", "webhooks"],
  http: ["base", "domain", "actions", "store", "gateways"],
};

/** A network call inside a transaction, an import of one gateway by another, and the like. */
const FORBIDDEN: readonly (readonly [from: RegExp, to: RegExp, why: string])[] = [
  [/^(actions|domain|store)\//, /^base\/safe-fetch\.ts$/, "no network call may happen inside a transaction"],
];

/** The folder of one gateway, or undefined for what all gateways share. */
const gatewayOf = (name: string): string | undefined => /^gateways\/([^/]+)\//.exec(name)?.[1];
const mayImportGateway = (file: string, target: string): boolean => {
  const [from, to] = [gatewayOf(file), gatewayOf(target)];
  return from === undefined || to === undefined || from === to;
};

/** Libraries and the one place that imports each. */
const ONE_IMPORTER = new Map<string, RegExp>(
  Object.entries({
    // The launcher asks its own server one question before there is a store.
    postgres: /^(store\/session|base\/embedded-postgres\/ask)\.ts$/,
    fastify: /^http\//,
    "@fastify/static": /^http\/dashboard\//,
    typebox: /^http\//,
    undici: /^base\/safe-/,
    "csv-parse": /^base\/csv\.ts$/,
    nodemailer: /^gateways\/smtp\//,
    smpp: /^gateways\/smpp\//,
    "prom-client": /^base\/metrics\.ts$/,
    pino: /^base\/log\.ts$/,
    "ipaddr.js": /^base\/private-address\.ts$/,
    "@node-rs/argon2": /^base\/crypto\.ts$/,
    otpauth: /^base\/totp\.ts$/,
    mjml: /^base\/email-markup-thread\.ts$/,
    juice: /^base\/email-markup-thread\.ts$/,
    "html-to-text": /^base\/email-markup-thread\.ts$/,
  }),
);

const BANNED_NAMES =
  /^(utils?|helpers?|common|shared|misc|types|interfaces|lib|core|manager|service|handler)\.ts$/;

function files(dir: string): string[] {
  return readdirSync(dir).flatMap((name) => {
    const path = join(dir, name);
    if (statSync(path).isDirectory()) return name === "fixtures" ? [] : files(path);
    return name.endsWith(".ts") && !name.endsWith(".test.ts") && !name.endsWith(".d.ts") ? [path] : [];
  });
}

const SPECIFIER = /^\s*(?:import|export)\b(?:[^'"`;]*?\bfrom)?\s*['"]([^'"]+)['"]/gm;
const LOADED_LATER = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

const specifiers = (file: string): string[] => {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(SPECIFIER), ...text.matchAll(LOADED_LATER)].map((match) => match[1] ?? "");
};

const nameOf = (path: string): string => {
  const inside = relative(SRC, path);
  return inside.startsWith("../../twig/") ? "twig/index.ts" : inside;
};

const graph = new Map(
  files(SRC).map((file) => [
    nameOf(file),
    specifiers(file)
      .filter((specifier) => specifier.startsWith("."))
      .map((specifier) => nameOf(resolve(dirname(file), specifier))),
  ]),
);

const layerOf = (name: string): string => name.split("/")[0] ?? "";
const isRoot = (name: string): boolean => !name.includes("/");

test("imports only point down the layers", () => {
  const wrong: string[] = [];
  for (const [file, targets] of graph) {
    if (isRoot(file)) continue;
    for (const target of targets) {
      const [from, to] = [layerOf(file), layerOf(target)];
      if (from !== to && !MAY_IMPORT[from]?.includes(to)) wrong.push(`${file} must not import ${target}`);
      for (const [pattern, forbidden, why] of FORBIDDEN) {
        if (pattern.test(file) && forbidden.test(target))
          wrong.push(`${file} must not import ${target}: ${why}`);
      }
      if (!mayImportGateway(file, target))
        wrong.push(`${file} must not import ${target}: gateways do not know each other`);
    }
  }
  expect(wrong).toEqual([]);
});

test("the dashboard takes types from the server, and nothing that runs", () => {
  const dashboard = resolve(import.meta.dirname, "../../dashboard/src");
  const sources = readdirSync(dashboard, { recursive: true, encoding: "utf8" }).filter((name) =>
    /\.tsx?$/.test(name),
  );
  const statements = sources.flatMap((name) => {
    const text = readFileSync(join(dashboard, name), "utf8");
    const found = text.matchAll(/^(?:import|export)\b[^;]*?["'](?:\.\.\/)+server\/src\/([^"']+)["'];/gm);
    return [...found].map(([statement, target = ""]) => ({ name, statement, target }));
  });
  const isAllowed = ({ statement, target }: { statement: string; target: string }): boolean =>
    /^(?:import|export) type\b/.test(statement) && /^(?:actions|domain)\//.test(target);
  expect(statements.length).toBeGreaterThan(0);
  expect(statements.filter((one) => !isAllowed(one)).map(({ name, target }) => `${name}: ${target}`)).toEqual(
    [],
  );
});

test("there is no import cycle", () => {
  const state = new Map<string, "open" | "done">();
  const cycles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === "done") return;
    if (state.get(file) === "open") {
      cycles.push([...path.slice(path.indexOf(file)), file].join(" -> "));
      return;
    }
    state.set(file, "open");
    for (const target of graph.get(file) ?? []) visit(target, [...path, file]);
    state.set(file, "done");
  };
  for (const file of graph.keys()) visit(file, []);
  expect(cycles).toEqual([]);
});

test("every library has its one place", () => {
  const wrong: string[] = [];
  for (const file of files(SRC)) {
    for (const specifier of isRoot(nameOf(file)) ? [] : specifiers(file)) {
      const place = ONE_IMPORTER.get(specifier);
      if (place !== undefined && !place.test(nameOf(file)))
        wrong.push(`${nameOf(file)} imports ${specifier}`);
    }
  }
  expect(wrong).toEqual([]);
});

test("SQL stands in store alone, environment in config alone", () => {
  const wrong: string[] = [];
  const sql = /`\s*(select|insert into|update|delete from)\s/i;
  for (const file of files(SRC)) {
    const text = readFileSync(file, "utf8");
    const name = nameOf(file);
    const mayReadEnvironment =
      ["config.ts", "main.ts", "start.ts"].includes(name) || name === "base/supervisor.ts";
    if (!name.startsWith("store/") && !name.startsWith("base/embedded-postgres") && sql.test(text))
      wrong.push(`${name} has SQL`);
    if (!mayReadEnvironment && text.includes("process.env")) wrong.push(`${name} reads process.env`);
  }
  expect(wrong).toEqual([]);
});

test("files have names that say what is in them", () => {
  const banned = files(SRC).filter((file) => BANNED_NAMES.test(file.split("/").at(-1) ?? ""));
  expect(banned).toEqual([]);
});
