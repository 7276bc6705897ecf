import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startHttpSink } from "../../../test/sinks/http-sink.ts";
import type { Sink } from "../../../test/sinks/sink.ts";
import { inProject } from "../../store/db.ts";
import { bucketedId } from "../../store/id-blocks.ts";
import { insertWebhookEvents } from "../../store/webhook-events.ts";
import {
  type Answered,
  type Api,
  type Asked,
  askApi,
  startTestWorld,
  type TestWorld,
} from "./fixtures/test-world.ts";

let world: TestWorld;
let sink: Sink;

beforeAll(async () => {
  world = await startTestWorld();
  sink = await startHttpSink();
});

afterAll(async () => {
  await world.close();
  await sink.close();
});

beforeEach(() => sink.reset());

const ask = (method: string, path: string, asked: Asked = {}, on: Api = world.api): Promise<Answered> =>
  askApi(on, `${method} ${path}`, asked);

const asOwner = (method: string, path: string, body?: unknown): Promise<Answered> =>
  ask(method, `/api/app${path}`, { token: world.project.token, ...(body === undefined ? {} : { body }) });

const VALID = { name: "CRM", url: "http://127.0.0.1:9/hook", events: ["message_send", "message_click"] };

async function addEvents(connectionId: number, count: number): Promise<number[]> {
  const numbers = await world.context.ids.take("webhook_event_ids", count);
  const rows = numbers.map((no, i) => {
    const bucket = i % 64;
    return { id: bucketedId(no, bucket), bucket, connectionId, event: "message_send", body: `{"n":${i}}` };
  });
  await inProject(world.context.app, world.project.id, (tx) =>
    insertWebhookEvents(tx, world.project.id, rows, world.context.clock.now()),
  );
  return rows.map((row) => row.id);
}

async function until<T>(check: () => Promise<T>, isDone: (seen: T) => boolean): Promise<T> {
  const endMs = performance.now() + 20_000;
  for (;;) {
    const seen = await check();
    if (isDone(seen)) return seen;
    if (performance.now() > endMs) throw new Error(`not in time; last seen: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

describe("connections", () => {
  test("the secret is shown once, at the creation, and is sealed in the database", async () => {
    const authorization = { type: "basic", username: "us", password: "pä:ss" };
    const created = await asOwner("POST", "/connections", {
      ...VALID,
      message_types: ["email", 9],
      authorization,
    });
    expect(created.status).toBe(201);
    expect(created.body.data).toMatchObject({
      name: "CRM",
      events: ["message_send", "message_click"],
      message_types: ["email", "sms"],
      authorization: { type: "basic" },
      state: "on",
      failures: 0,
    });
    const { id, secret } = created.body.data;
    expect(Buffer.from(secret.replace(/^whsec_/, ""), "base64")).toHaveLength(32);
    const one = await asOwner("GET", `/connections/${id}`);
    const all = await asOwner("GET", "/connections");
    expect(JSON.stringify([one.body, all.body])).not.toContain(secret.slice(6));
    expect(all.body.data.map((row: { id: number }) => row.id)).toContain(id);
    const [row] =
      await world.owner`select secret, authorization_header as header from connections where id = ${id}`;
    const stored = `${row!.secret.toString("latin1")} ${row!.header.toString("latin1")}`;
    expect(stored).not.toMatch(/whsec_|Basic/);
  });

  test.each([
    [{ ...VALID, name: "" }, "name"],
    [{ ...VALID, url: "not a url" }, "url"],
    [{ ...VALID, url: "ftp://example.org/" }, "url"],
    [{ ...VALID, url: "https://user:pass@example.org/" }, "url"],
    [{ ...VALID, events: [] }, "events"],
    [{ ...VALID, events: ["message_sent"] }, "events"],
    [{ ...VALID, message_types: ["fax"] }, "message_types"],
    [{ ...VALID, message_types: [] }, "message_types"],
    [{ ...VALID, authorization: { type: "bearer", token: "a b" } }, "authorization"],
    [{ ...VALID, authorization: { type: "basic", username: "a:b", password: "x" } }, "authorization"],
    [{}, "events"],
  ])("%j is refused by the field %s", async (body, field) => {
    const answer = await asOwner("POST", "/connections", body);
    expect(answer.status).toBe(400);
    expect(answer.body.error.code).toBe("invalid");
    expect(Object.keys(answer.body.error.errors)).toContain(field);
  });

  test.each([
    "http://example.org/hook",
    "https://127.0.0.1/",
    "https://0x7f.1/",
    "https://[::ffff:10.0.0.1]/",
    "https://169.254.169.254/latest",
    "https://localhost/",
    "https://example.org:5432/",
  ])("where private addresses are not allowed, %s is refused at creation and at change", async (url) => {
    const refused = await ask(
      "POST",
      "/api/app/connections",
      { token: world.project.token, body: { ...VALID, url } },
      world.strict,
    );
    expect([refused.status, Object.keys(refused.body.error.errors)]).toEqual([400, ["url"]]);
    const body = { ...VALID, url: "https://example.org/hook" };
    const made = await ask(
      "POST",
      "/api/app/connections",
      { token: world.project.token, body },
      world.strict,
    );
    const path = `/api/app/connections/${made.body.data.id}`;
    expect(
      (await ask("PATCH", path, { token: world.project.token, body: { url } }, world.strict)).status,
    ).toBe(400);
    expect((await ask("DELETE", path, { token: world.project.token }, world.strict)).status).toBe(200);
  });

  test("a change leaves alone what it does not name, and switching off keeps the record clean", async () => {
    const { id } = (await asOwner("POST", "/connections", VALID)).body.data;
    const off = await asOwner("PATCH", `/connections/${id}`, { enabled: false, name: "Other" });
    expect(off.body.data).toMatchObject({
      name: "Other",
      url: VALID.url,
      events: VALID.events,
      state: "off",
    });
    await world.owner`update connections set failures = 7, hold_until = now(), state = 2 where id = ${id}`;
    const on = await asOwner("POST", `/connections/${id}/enable`);
    expect(on.body.data).toMatchObject({ state: "on", failures: 0, resting_until: null });
  });

  test("another project's connection is as if it never was", async () => {
    const { id } = (await asOwner("POST", "/connections", VALID)).body.data;
    const [eventId] = await addEvents(id, 1);
    const other = await world.createProject();
    const paths: [string, string][] = [
      ["GET", `/connections/${id}`],
      ["PATCH", `/connections/${id}`],
      ["DELETE", `/connections/${id}`],
      ["POST", `/connections/${id}/enable`],
      ["POST", `/connections/${id}/rotate-secret`],
      ["GET", `/connections/${id}/deliveries`],
      ["GET", `/deliveries/${eventId}`],
      ["POST", `/deliveries/${eventId}/replay`],
    ];
    for (const [method, path] of paths) {
      const foreign = await ask(method, `/api/app${path}`, { token: other.token });
      const missing = await ask(method, `/api/app${path.replace(/\d+/, "987654321")}`, {
        token: other.token,
      });
      expect([path, foreign.status, foreign.body]).toEqual([path, 404, missing.body]);
      for (const id of ["9007199254740991", "2147483648", "0", "-1", "1e3", "x"]) {
        const odd = await ask(method, `/api/app${path.replace(/\d+/, id)}`, { token: other.token });
        expect([path, id, odd.status]).toEqual([path, id, 404]);
      }
    }
    expect((await asOwner("GET", `/connections/${id}`)).status).toBe(200);
  });

  test("a deleted connection takes its log with it", async () => {
    const { id } = (await asOwner("POST", "/connections", { ...VALID, enabled: false })).body.data;
    await addEvents(id, 20);
    expect((await asOwner("DELETE", `/connections/${id}`)).status).toBe(200);
    expect((await asOwner("GET", `/connections/${id}`)).status).toBe(404);
    expect(await world.owner`select from webhook_events where connection_id = ${id}`).toHaveLength(0);
  });
});

describe("deliveries", () => {
  test("what was posted stands in the log page by page, and one event can be posted again", async () => {
    const authorization = { type: "bearer", token: "let-me-in" };
    const body = { ...VALID, url: sink.url, authorization };
    const { id } = (await asOwner("POST", "/connections", body)).body.data;
    const ids = await addEvents(id, 5);
    const log = () => asOwner("GET", `/connections/${id}/deliveries?state=delivered`);
    const answered = await until(log, (seen) => seen.body.data.length === 5);
    expect(answered.body.data.map((row: { id: number }) => row.id)).toEqual(ids.toReversed());
    expect(answered.body.data[0]).toMatchObject({
      event: "message_send",
      tries: 1,
      last_status: 200,
      next_try: null,
    });
    expect(sink.received[0]!.headers.authorization).toBe("Bearer let-me-in");
    const page = await asOwner("GET", `/connections/${id}/deliveries?limit=2&before=${ids[3]}`);
    expect(page.body.data.map((row: { id: number }) => row.id)).toEqual([ids[2], ids[1]]);
    const replayed = await asOwner("POST", `/deliveries/${ids[0]}/replay`);
    expect(replayed.status).toBe(202);
    await sink.waitFor((now) => now.count() === 6, 20_000);
    expect(sink.received[5]!.key).toBe(`evt_${ids[0]!.toString(36)}`);
    const one = await asOwner("GET", `/deliveries/${ids[0]}`);
    expect(one.body.data).toMatchObject({ id: ids[0], body: '{"n":0}', webhook_id: sink.received[5]!.key });
  });

  test("recover needs a moment and a connection that is on", async () => {
    const { id } = (await asOwner("POST", "/connections", { ...VALID, enabled: false })).body.data;
    const wrong = await asOwner("POST", `/connections/${id}/recover`, { since: "yesterday" });
    expect([wrong.status, Object.keys(wrong.body.error.errors)]).toEqual([400, ["since"]]);
    const off = await asOwner("POST", `/connections/${id}/recover`, { since: 1_700_000_000 });
    expect([off.status, off.body.error.code]).toEqual([409, "conflict"]);
    await asOwner("POST", `/connections/${id}/enable`);
    const done = await asOwner("POST", `/connections/${id}/recover`, { since: 1_700_000_000 });
    expect([done.status, done.body.data]).toEqual([200, { recovered: 0 }]);
  });

  test.each(["state=gone", "limit=0", "limit=x", "before=-1"])("?%s is refused", async (query) => {
    const { id } = (await asOwner("POST", "/connections", VALID)).body.data;
    expect((await asOwner("GET", `/connections/${id}/deliveries?${query}`)).status).toBe(400);
    await asOwner("DELETE", `/connections/${id}`);
  });
});
