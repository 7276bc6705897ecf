/**
 * The product as a test uses it: a database of its own, the API on a free port, workers beside it in this process,
 * a project with a token. Everything goes through the front door.
 */
import { randomBytes } from "node:crypto";
import type { Context } from "../src/actions/context.ts";
import { upsertProfiles } from "../src/actions/profiles/upsert-profiles.ts";
import { APP_TOKEN_PREFIX } from "../src/actions/projects/seed-demo.ts";
import { type ApiRole, createApi, createWorkerRole, type RoleOptions, type WorkerRole } from "../src/app.ts";
import type { Clock } from "../src/base/clock.ts";
import { randomToken, seal, sha256 } from "../src/base/crypto.ts";
import { createLog } from "../src/base/log.ts";
import { readConfig } from "../src/config.ts";
import { insertAppToken } from "../src/store/credentials.ts";
import { connect, inProject, type Sql } from "../src/store/db.ts";
import { insertProject } from "../src/store/projects.ts";
import { changedTables, fillTenantTables, tableChecksums } from "./checksums.ts";
import { createTestDatabase } from "./database.ts";
import { startPredicateProxy } from "./predicate-proxy.ts";

export interface StackOptions {
  /** 1 when not given; 0 leaves what is accepted in the queue. */
  readonly workers?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the answer holds
  readonly body: any;
}

export interface Project {
  readonly id: number;
  readonly token: string;
  /** Calls `method/model` with the token in the body. */
  call(
    path: string,
    body?: Readonly<Record<string, unknown>>,
    headers?: Record<string, string>,
  ): Promise<Answered>;
}

export interface Stack extends Project {
  readonly url: string;
  readonly databaseUrl: string;
  readonly context: Context;
  /** The owner's connection: what a test checks rows with. */
  readonly owner: Sql;
  readonly roleOptions: RoleOptions;
  createProject(): Promise<Project>;
  startWorker(): Promise<WorkerRole>;
  stop(): Promise<void>;
}

export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const database = await createTestDatabase();
  const door = await openDoor(database.url);
  const config = readConfig({ PORT: "0", LOG_LEVEL: "error", ...options.env }, []);
  if (!config.ok) throw new Error(config.error.join("\n"));
  const roleOptions: RoleOptions = {
    config: config.value,
    databaseUrl: door.url,
    sealingKey: { id: 1, bytes: randomBytes(32) },
    log: createLog({ level: config.value.logLevel, name: "test" }),
    ...(options.clock === undefined ? {} : { clock: options.clock }),
  };
  const owner = connect({ url: database.url, role: "owner", max: 2, name: "test" });
  const api = createApi(roleOptions);
  await api.start();
  const workers: WorkerRole[] = [];
  const startWorker = async (): Promise<WorkerRole> => {
    const worker = createWorkerRole(roleOptions);
    await worker.start();
    workers.push(worker);
    return worker;
  };
  for (let i = 0; i < (options.workers ?? 1); i += 1) await startWorker();
  const createProject = (): Promise<Project> => makeProject({ api, owner });
  const project = await createProject();
  return {
    ...project,
    url: api.url,
    databaseUrl: database.url,
    context: api.context,
    owner,
    roleOptions,
    createProject,
    startWorker,
    async stop() {
      await Promise.all(workers.map((worker) => worker.stop()));
      await api.stop();
      await owner.end();
      await door.close().finally(() => database.close());
    },
  };
}

/**
 * TEST_DROP_PROJECT=1 takes the project out of every statement of the application (0.02: of one in fifty), beside a
 * project that has a row in every table: all flows must go on as ever, and that project must stay as it is
 * (reliability battery, F2).
 */
async function openDoor(databaseUrl: string): Promise<{ url: string; close(): Promise<void> }> {
  const share = Number(process.env.TEST_DROP_PROJECT ?? "0");
  if (!(share > 0)) return { url: databaseUrl, close: async () => {} };
  const owner = connect({ url: databaseUrl, role: "owner", max: 1, name: "test-bystander" });
  const bystander = await insertProject(owner, { name: "Bystander", nowMs: Date.now() });
  await fillTenantTables(owner, bystander, BYSTANDER_NUMBER);
  const before = await tableChecksums(owner, bystander);
  const proxy = await startPredicateProxy(databaseUrl, { share, random: Math.random });
  return {
    url: proxy.url,
    async close() {
      const changed = changedTables(before, await tableChecksums(owner, bystander));
      await owner.end();
      await proxy.close();
      if (changed.length > 0) throw new Error(`another project's rows changed: ${changed.join(", ")}`);
    },
  };
}

/** What stands in every whole-number column of the bystander's rows; none of a test's own ids. */
const BYSTANDER_NUMBER = 7_300_777;

async function makeProject({ api, owner }: { api: ApiRole; owner: Sql }): Promise<Project> {
  const { context } = api;
  const nowMs = context.clock.now();
  const id = await insertProject(owner, { name: "Test", nowMs });
  const token = randomToken(APP_TOKEN_PREFIX);
  const sealed = seal(context.sealingKey, token, `project:${id}:app-token`);
  await inProject(context.app, id, (tx) => insertAppToken(tx, id, { hash: sha256(token), sealed, nowMs }));
  return {
    id,
    token,
    async call(path, body = {}, headers = {}) {
      const response = await fetch(`${api.url}/api/external/${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify({ apptoken: token, ...body }),
      });
      return { status: response.status, headers: response.headers, body: await response.json() };
    },
  };
}

/** Adds people with addresses of their own: `prefix-0`, `prefix-1`, ... */
export async function addPeople(stack: Stack, count: number, prefix = "user"): Promise<string[]> {
  const userIds = Array.from({ length: count }, (_, i) => `${prefix}-${i}`);
  await upsertProfiles(
    stack.context,
    stack.id,
    userIds.map((userId, i) => ({
      userId,
      email: null,
      change: {
        system: {
          first_name: `Name${i}`,
          email: `${userId}@example.org`,
          email_subscription: 1,
          mobile_number: String(353_850_000_000 + i),
          sms_subscription: 1,
        },
        attributes: {},
      },
    })),
  );
  return userIds;
}

/** A live API-triggered campaign. @returns its id. */
export async function launch(project: Project, fields: Readonly<Record<string, unknown>>): Promise<number> {
  const created = await project.call("create/campaign", {
    title: "Template",
    trigger: 3,
    active: 1,
    ...fields,
  });
  if (created.status !== 200) throw new Error(`not created: ${JSON.stringify(created.body)}`);
  return created.body.model.id as number;
}

export const smsCampaign = (text: string, from = "Carillon"): Record<string, unknown> => ({
  sms: 1,
  messages: { "9": { sms_text: text, sms_from: from } },
});

export const emailCampaign = (subject: string, html: string): Record<string, unknown> => ({
  email: 1,
  messages: { "7": { email_subject: subject, email_html: html, email_from: "news@example.org" } },
});

/**
 * Waits until `check` holds, looking every 25 ms. The limit is how soon a failure is told, not how fast the product
 * has to be: a loaded machine may take many times as long. @throws with what was last seen when it does not in time.
 */
export async function until<T>(
  check: () => Promise<T> | T,
  isDone: (seen: T) => boolean,
  timeoutMs = 60_000,
): Promise<T> {
  const endMs = performance.now() + timeoutMs;
  for (;;) {
    const seen = await check();
    if (isDone(seen)) return seen;
    if (performance.now() > endMs) throw new Error(`not in time; last seen: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
