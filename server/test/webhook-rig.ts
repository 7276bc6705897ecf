/**
 * Webhook senders on a real database, posting to a sink, with a clock that jumps when a test says so. Everything is
 * made anew for each test.
 */
import { randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import { createConnection } from "../src/actions/connections/save-connection.ts";
import type { Context } from "../src/actions/context.ts";
import { systemClock } from "../src/base/clock.ts";
import { createLog } from "../src/base/log.ts";
import { createSafeFetch, type SafeFetch } from "../src/base/safe-fetch.ts";
import {
  createWebhookSender,
  type WebhookSender,
  type WebhookSenderOptions,
} from "../src/pipeline/webhook-sender.ts";
import { connect, inProject, type Sql } from "../src/store/db.ts";
import { bucketedId, createIdBlocks } from "../src/store/id-blocks.ts";
import { insertProject } from "../src/store/projects.ts";
import { insertWebhookEvents, notifyWebhooks } from "../src/store/webhook-events.ts";
import { createTestDatabase, type TestDatabase } from "./database.ts";
import { startHttpSink } from "./sinks/http-sink.ts";
import type { Sink } from "./sinks/sink.ts";

const log = createLog({ level: "silent", name: "test" });
const sealingKey = { id: 1, bytes: randomBytes(32) };
const urls = { allowHttp: true, refusal: () => null };

export interface HealthRow {
  state: number;
  state_reason: string | null;
  failures: number;
  hold_until: Date | null;
}

const bodyOf = (n: number): string =>
  JSON.stringify({ event: "message_send", time: 1_700_000_000, properties: { n } });

/** Looks every 20 ms until the condition holds. The limit is how soon a failure is told, for a loaded machine. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  what: string,
  timeoutMs = 60_000,
): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(`in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export class WebhookRig {
  owner!: Sql;
  sink!: Sink;
  projectId!: number;
  /** How far the senders' clock is ahead. It moves on by itself. */
  offsetMs = 0;
  #database!: TestDatabase;
  #safeFetch!: SafeFetch;
  readonly #contexts: Context[] = [];
  readonly #senders: WebhookSender[] = [];

  /** Starts and ends with the tests of the file. */
  constructor() {
    beforeAll(async () => {
      this.#database = await createTestDatabase();
      this.owner = connect({ url: this.#database.url, role: "owner", max: 2, name: "test" });
    });
    beforeEach(() => this.#begin());
    afterEach(() => this.#end());
    afterAll(async () => {
      await this.owner.end();
      await this.#database.close();
    });
  }

  async #begin(): Promise<void> {
    this.offsetMs = 0;
    this.#safeFetch = createSafeFetch({ allowPrivateAddresses: true, log });
    this.sink = await startHttpSink();
    this.projectId = await insertProject(this.owner, { name: "Test", nowMs: Date.now() });
    this.newContext();
  }

  async #end(): Promise<void> {
    this.sink.fault();
    await Promise.all(this.#senders.splice(0).map((sender) => sender.stop()));
    await Promise.all(this.#contexts.splice(0).flatMap(({ app, dispatch }) => [app.end(), dispatch.end()]));
    await this.#safeFetch.close();
    await this.sink.close();
  }

  /** Of one process: connections of its own. */
  newContext(): Context {
    const { url } = this.#database;
    const app = connect({ url, role: "app", max: 4, name: "test" });
    const dispatch = connect({ url, role: "dispatch", max: 2, name: "test" });
    const clock = { ...systemClock, now: () => Date.now() + this.offsetMs };
    const context = { app, dispatch, ids: createIdBlocks(app), clock, log, sealingKey };
    this.#contexts.push(context);
    return context;
  }

  /** The test's own. */
  context(): Context {
    return this.#contexts[0]!;
  }

  async startSender(options: Partial<WebhookSenderOptions> = {}): Promise<WebhookSender> {
    const own = { context: this.newContext(), safeFetch: this.#safeFetch, random: () => 0.5 };
    const sender = createWebhookSender({ ...own, ...options });
    this.#senders.push(sender);
    await sender.start();
    return sender;
  }

  async addConnection(url: string): Promise<{ id: number; secret: string }> {
    const body = { name: "Test", url, events: ["message_send"] };
    return await createConnection(this.context(), this.projectId, { body, urls });
  }

  async addEvents(connectionId: number, count: number, body = bodyOf): Promise<number[]> {
    const context = this.context();
    const numbers = await context.ids.take("webhook_event_ids", count);
    const rows = numbers.map((no, i) => {
      const bucket = no % 64;
      return { id: bucketedId(no, bucket), bucket, connectionId, event: "message_send", body: body(i) };
    });
    await inProject(context.app, this.projectId, async (tx) => {
      await insertWebhookEvents(tx, this.projectId, rows, context.clock.now());
      await notifyWebhooks(tx, this.projectId);
    });
    return rows.map((row) => row.id);
  }

  async countByState(connectionId: number): Promise<Record<string, number>> {
    const rows = await this.owner<{ state: number; n: number }[]>`
      select state, count(*)::integer as n from webhook_events where connection_id = ${connectionId} group by state`;
    const names = ["waiting", "claimed", "delivered", "exhausted"];
    return Object.fromEntries(rows.map((row) => [names[row.state], row.n]));
  }

  async healthOf(connectionId: number): Promise<HealthRow> {
    const [row] = await this.owner<HealthRow[]>`
      select state, state_reason, failures, hold_until from connections where id = ${connectionId}`;
    return row!;
  }

  async untilDelivered(connectionId: number, count: number, timeoutMs?: number): Promise<void> {
    const isDone = async () => (await this.countByState(connectionId)).delivered === count;
    await until(isDone, `${count} delivered`, timeoutMs);
  }
}
