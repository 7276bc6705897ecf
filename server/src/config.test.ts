import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { Secret } from "./base/log.ts";
import { type Config, configWarnings, listSettings, readConfig } from "./config.ts";

function valid(env: Record<string, string> = {}, args: string[] = []): Config {
  const result = readConfig(env, args);
  if (!result.ok) throw new Error(result.error.join("\n"));
  return result.value;
}

function faultsOf(env: Record<string, string>, args: string[] = []): string[] {
  const result = readConfig(env, args);
  return result.ok ? [] : result.error;
}

test("without any setting, everything has its default", () => {
  const config = valid();
  expect(config).toMatchObject({
    port: 8400,
    host: "127.0.0.1",
    dataDir: resolve(".carillon"),
    databaseUrl: null,
    instanceKey: null,
    emailUrl: null,
    emailConnections: 10,
    smsUrl: null,
    emailFrom: "carillon@sender.invalid",
    smsMethod: "POST",
    smsHeaders: null,
    smsBody: null,
    smsAbility: "dumb",
    smsConcurrency: 32,
    workers: Math.max(1, availableParallelism() - 1),
    leaseSeconds: 20,
    requestTimeoutSeconds: 28,
    shutdownSeconds: 25,
    allowPrivateAddresses: false,
    publicUrl: null,
    region: "local",
    otherRegions: {},
    quotaCallsPerSecond: 5_000,
    logLevel: "info",
  });
  expect(Object.isFrozen(config)).toBe(true);
  expect(configWarnings(config)).toEqual([]);
});

test("an empty or blank variable counts as not set", () => {
  expect(valid({ PORT: "", DATABASE_URL: "  " })).toMatchObject({ port: 8400, databaseUrl: null });
});

test("flags win over the environment, in both spellings", () => {
  expect(valid({ PORT: "1" }, ["--port", "2"]).port).toBe(2);
  expect(valid({ PORT: "1" }, ["--port=3", "--host", "::1", "--data=/a=b"])).toMatchObject({
    port: 3,
    host: "::1",
    dataDir: "/a=b",
  });
});

test("values are normalised", () => {
  const config = valid({
    PUBLIC_URL: "https://Engage.Example.com/base/",
    SMS_METHOD: "put",
    ALLOW_PRIVATE_ADDRESSES: "1",
    SMS_HEADERS: '{"X-Key":"k"}',
    DATABASE_URL: "postgres://?host=/run/postgresql",
  });
  expect(config).toMatchObject({
    publicUrl: "https://engage.example.com/base",
    smsMethod: "PUT",
    allowPrivateAddresses: true,
  });
  expect(config.smsHeaders?.reveal()).toEqual({ "X-Key": "k" });
});

const BAD: [string, string][] = [
  ["PORT", "80a"],
  ["PORT", "65536"],
  ["PORT", "-1"],
  ["HOST", "http://x"],
  ["DATABASE_URL", "mysql://u:pw-in-url@h/db"],
  ["DATABASE_URL", "pw-in-url"],
  ["INSTANCE_KEY", "pw-in-url"],
  ["EMAIL_URL", "https://u:pw-in-url@h"],
  ["EMAIL_URL", "smtp://"],
  ["EMAIL_FROM", "News <news@example.com>"],
  ["EMAIL_CONNECTIONS", "0"],
  ["SMS_URL", "ftp://u:pw-in-url@h"],
  ["SMS_METHOD", "DELETE"],
  ["SMS_HEADERS", "[]"],
  ["SMS_HEADERS", '{"A":1}'],
  ["SMS_HEADERS", '{"A":"x\\r\\ny"}'],
  ["SMS_HEADERS", "{pw-in-url"],
  ["SMS_CONTENT_TYPE", "json"],
  ["SMS_BODY", "{{to}} {{message}}"],
  ["SMS_BODY", "{{text}}"],
  ["SMS_ID_PATH", "a..b"],
  ["SMS_ABILITY", "clever"],
  ["SMS_CONCURRENCY", "1e9"],
  ["SMS_TIMEOUT_SECONDS", "0"],
  ["WORKERS", "0"],
  ["WORKERS", "many"],
  ["LEASE_SECONDS", "1"],
  ["SHUTDOWN_SECONDS", "0"],
  ["ALLOW_PRIVATE_ADDRESSES", "maybe"],
  ["PUBLIC_URL", "engage.example.com"],
  ["PUBLIC_URL", "https://x/?a=1"],
  ["REGION", "EU west"],
  ["LOG_LEVEL", "loud"],
];

test.each(BAD)("%s=%s is refused by name, with an example, without repeating a secret", (name, value) => {
  const faults = faultsOf({ [name]: value });
  expect(faults).toHaveLength(1);
  expect(faults[0]).toMatch(new RegExp(`^${name} .+\\. Example: ${name}=.+`));
  expect(faults[0]).not.toContain("pw-in-url");
});

test("every example in the faults is itself valid", () => {
  for (const [name, value] of BAD) {
    const [, example] = faultsOf({ [name]: value })[0]!.split(`Example: ${name}=`);
    expect(faultsOf({ [name]: example! }), name).toEqual([]);
  }
});

test("all faults come together, flags included", () => {
  const faults = faultsOf({ PORT: "x", LOG_LEVEL: "loud" }, ["--prot", "1", "--host"]);
  expect(faults.map((fault) => fault.split(" ")[0])).toEqual(["--prot", "1", "--host", "PORT", "LOG_LEVEL"]);
  expect(faultsOf({}, ["--port", "--host", "x"])[0]).toContain("--port needs a value");
  expect(faultsOf({}, ["--port=99999"])[0]).toMatch(/^--port must be .* Example: --port 8400/);
});

describe("Secret", () => {
  test("prints masked everywhere and reveals on request", () => {
    const secret = new Secret("hidden");
    const prints = [String(secret), `${secret}`, JSON.stringify({ secret }), inspect({ secret })];
    for (const print of prints) expect(print).toContain("***");
    expect(prints.join("")).not.toContain("hidden");
    expect(secret.reveal()).toBe("hidden");
  });

  test("a whole config shows no secret", () => {
    const config = valid({
      DATABASE_URL: "postgres://u:s3cret@h/db",
      EMAIL_URL: "smtp://u:s3cret@h",
      SMS_URL: "https://h/?key=s3cret",
      SMS_HEADERS: '{"Authorization":"s3cret"}',
      SMS_BODY: "s3cret {{to}} {{text}}",
    });
    expect(JSON.stringify(config) + inspect(config, { depth: 9, showHidden: true })).not.toContain("s3cret");
    expect(config.databaseUrl?.reveal()).toBe("postgres://u:s3cret@h/db");
  });
});

test("risky settings are warned of", () => {
  const risky = valid({ HOST: "0.0.0.0", ALLOW_PRIVATE_ADDRESSES: "true" });
  expect(configWarnings(risky).join()).toMatch(/ALLOW_PRIVATE_ADDRESSES.*PUBLIC_URL/);
  const clear = valid({
    HOST: "0.0.0.0",
    PUBLIC_URL: "http://x.example",
    DATABASE_URL: "postgres://h/db?sslmode=disable",
    EMAIL_URL: "smtp://h",
  });
  expect(configWarnings(clear).join()).toMatch(/PUBLIC_URL is http.*EMAIL_FROM.*sslmode=disable/);
});

test("the sample names every setting once with its default, explains it, and names nothing else", () => {
  const lines = readFileSync(new URL("../config.sample.env", import.meta.url), "utf8").split("\n");
  const shown = lines.flatMap((line, at) => {
    const match = /^#?([A-Z_]+)=(.*)$/.exec(line);
    return match ? [{ env: match[1], fallback: match[2], isExplained: /^# \w/.test(lines[at - 1]!) }] : [];
  });
  const expected = listSettings().map((setting) => ({ ...setting, isExplained: true }));
  const byName = (a: { env: unknown }, b: { env: unknown }) => String(a.env).localeCompare(String(b.env));
  expect(shown.sort(byName)).toEqual(expected.sort(byName));
});
