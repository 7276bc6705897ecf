/** What pages make of answers and answers of forms: words for troubles, and secrets that stay where nobody types. */
import { expect, test } from "vitest";
import { type Gateway, settingsOf, valuesOf } from "../../../dashboard/src/pages/gateways/gateway.ts";
import { gatewayWords, type Health, troublesOf } from "../../../dashboard/src/pages/health/health.ts";
import { bodyOf, missingConsents } from "../../../dashboard/src/pages/imports/import-model.ts";

const WELL: Health = {
  database: { ok: true, oldest_transaction_seconds: 2 },
  queue: [{ lane: 1, name: "transactional", waiting: 3, oldest_seconds: 1 }],
  workers: [{ name: "a", version: "1", start_time: 1, last_seen_seconds: 2, alive: true }],
  breakers: [],
  webhooks: [{ id: 1, name: "w", state: "off", waiting: 0, oldest_seconds: 0 }],
};
const titles = (health: Partial<Health>) => troublesOf({ ...WELL, ...health }).map(({ title }) => title);

test("troubles are named, and nothing is where all is well", () => {
  expect(titles({})).toEqual([]);
  const silent = WELL.workers.map((worker) => ({ ...worker, alive: false }));
  expect(titles({ workers: silent })).toEqual(["No worker is running"]);
  const late = WELL.queue.map((lane) => ({ ...lane, oldest_seconds: 600 }));
  expect(titles({ queue: late })).toEqual(["Messages wait for 10 min"]);
  expect(titles({ workers: [], queue: late })).toEqual(["No worker is running"]);
  expect(titles({ breakers: [{ gateway: "1:7:2", worker: "a", until: 9 }] })).toEqual(["A gateway rests"]);
  expect(titles({ database: { ok: true, oldest_transaction_seconds: 900 } })).toEqual([
    "A transaction is open for 15 min",
  ]);
  expect(["1:9:2", "smtp"].map(gatewayWords)).toEqual([
    "This project's SMS gateway",
    "The instance's gateway smtp",
  ]);
});

const gateway = (kind: string, settings: Record<string, unknown>): Gateway => ({
  message_type: 9,
  channel: "sms",
  source: "project",
  kind,
  kinds: ["sms-http", "smpp"],
  settings,
  unreadable: false,
  update_time: 1,
  updated_by: "user:1",
});

test("a gateway that is saved as it was keeps its secrets", () => {
  const smpp = valuesOf(
    gateway("smpp", {
      host: "h",
      port: 2775,
      tls: true,
      system_id: "s",
      password: null,
      has_password: true,
      window: 5,
    }),
  );
  expect(settingsOf(smpp)).toEqual({ host: "h", port: "2775", tls: true, system_id: "s", window: "5" });
  expect(settingsOf({ ...smpp, password: "new" })).toMatchObject({ password: "new" });
  const http = valuesOf(
    gateway("sms-http", {
      url: "https://a.example",
      method: "PUT",
      headers: { Authorization: null },
      body: null,
    }),
  );
  expect(settingsOf(http)).toMatchObject({ headers: { Authorization: null }, body: "", method: "PUT" });
  const [stored] = http.headers;
  const added = { key: 9, name: " X-Team ", value: "", isStored: false };
  const replaced = { ...http, headers: [{ ...stored, value: "Bearer b" } as typeof added, added] };
  expect(settingsOf(replaced)).toMatchObject({ headers: { Authorization: "Bearer b", "X-Team": "" } });
  expect(settingsOf({ ...http, headers: [] })).toMatchObject({ headers: null });
});

test("consent is asked for addresses that no column speaks of, and sent only for those", () => {
  const constants = { email_subscription: "1", sms_subscription: "0" };
  const both = { mapping: { a: "email", b: "mobile_number", c: "sms_subscription", d: null }, constants };
  expect(missingConsents(both).map(({ consent }) => consent)).toEqual(["email_subscription"]);
  expect(bodyOf(both).constants).toEqual({ email_subscription: "1" });
  expect(bodyOf({ mapping: { a: "user_id" }, constants }).constants).toEqual({});
});
