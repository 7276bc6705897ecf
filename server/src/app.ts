/**
 * The composition root: builds each role once from its settings, starts it in order and stops it in reverse. No
 * globals: whatever a part needs is handed to it here.
 */
import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import type { FastifyInstance } from "fastify";
import type { Context } from "./actions/context.ts";
import { createAcceptor } from "./actions/executions/acceptor.ts";
import { createOnce } from "./actions/idempotency/once.ts";
import { createCallLimits } from "./actions/limits/call-limits.ts";
import { createQuota } from "./actions/limits/quota.ts";
import { keepInSandbox } from "./actions/messages/keep-in-sandbox.ts";
import { systemClock } from "./base/clock.ts";
import { type SealingKey, sha256 } from "./base/crypto.ts";
import type { Log } from "./base/log.ts";
import { createMetrics } from "./base/metrics.ts";
import { createSafeFetch } from "./base/safe-fetch.ts";
import { VERSION } from "./base/version.ts";
import { type Config, UNNAMED_REGION } from "./config.ts";
import { createProjectGateways } from "./gateways/project-gateways.ts";
import { createGateways, type GatewaysOptions, instanceKinds } from "./gateways/registry.ts";
import { createMailer, type Mailer } from "./http/app/mailer.ts";
import { mountApp } from "./http/app/routes.ts";
import { createAuthenticator } from "./http/auth.ts";
import { createDashboard } from "./http/dashboard/routes.ts";
import { OPERATIONS } from "./http/external/operations.ts";
import { createPageMarks } from "./http/external/page-marks.ts";
import { mountExternal } from "./http/external/routes.ts";
import { mountHealth } from "./http/health.ts";
import { createLoadShedder } from "./http/load-shedder.ts";
import { countingAcceptor, measureRequests, mountMetrics } from "./http/metrics.ts";
import { mountOauth } from "./http/oauth/routes.ts";
import { mountReference } from "./http/reference/routes.ts";
import { createServer } from "./http/server.ts";
import { createBreakers } from "./pipeline/breaker.ts";
import { createCampaignCache } from "./pipeline/campaign-cache.ts";
import { createCampaignStops } from "./pipeline/campaign-stops.ts";
import { runHaul } from "./pipeline/deliver.ts";
import type { Delivery } from "./pipeline/delivery.ts";
import { createGatewaySource } from "./pipeline/gateway-source.ts";
import { createMessageCounters } from "./pipeline/message-counters.ts";
import { createSweeper, type KeptDays } from "./pipeline/sweeper.ts";
import { createTaskRunner } from "./pipeline/task-runner.ts";
import { createWebhookSender } from "./pipeline/webhook-sender.ts";
import { Worker } from "./pipeline/worker.ts";
import { createPulse } from "./pipeline/worker-pulse.ts";
import { connect } from "./store/db.ts";
import { createIdBlocks } from "./store/id-blocks.ts";

export interface RoleOptions {
  readonly config: Config;
  /** The database of this run: the configured one or the embedded one. */
  readonly databaseUrl: string;
  readonly sealingKey: SealingKey;
  readonly log: Log;
  /** Tests hand in a clock that they set. */
  readonly clock?: Context["clock"];
  /** Told when a worker hangs and its process has to be started anew. */
  readonly onStuck?: (what: string) => void;
}

export interface Role {
  start(): Promise<void>;
  /** Calm: what is under way is finished. Any number of calls. */
  stop(): Promise<void>;
}

/** Connections of one process. The API answers from few, because accepting is done in batches. */
const API_CONNECTIONS = { app: 8, dispatch: 2 };
const WORKER_CONNECTIONS = { app: 12, dispatch: 3 };

/** Connections that nobody has taken yet. One that finds no room waits for a second and more before it tries again. */
const BACKLOG = 4_096;

interface Connections {
  readonly context: Context;
  close(): Promise<void>;
}

function openConnections(
  options: RoleOptions,
  name: string,
  max: { app: number; dispatch: number },
): Connections {
  const { databaseUrl: url, log } = options;
  const onNotice = (text: string): void => log.debug({ notice: text }, "the database says");
  const app = connect({ url, role: "app", max: max.app, name: `carillon ${name}`, onNotice });
  const dispatch = connect({ url, role: "dispatch", max: max.dispatch, name: `carillon ${name}`, onNotice });
  // A connection of its own: ids are asked for inside transactions, which hold the others.
  const ids = connect({ url, role: "app", max: 1, name: `carillon ${name} ids`, onNotice });
  const context: Context = {
    app,
    dispatch,
    ids: createIdBlocks(ids),
    clock: options.clock ?? systemClock,
    log,
    sealingKey: options.sealingKey,
    region: markOf(options.config),
  };
  return {
    context,
    async close() {
      await Promise.all([app, dispatch, ids].map((sql) => sql.end({ timeout: 5 })));
    },
  };
}

/** What the credentials made here carry. */
const markOf = ({ region }: Config): string | undefined => (region === UNNAMED_REGION ? undefined : region);

export interface ApiRole extends Role {
  /** Where it listens, once started: http://host:port */
  readonly url: string;
  readonly context: Context;
}

export function createApi(options: RoleOptions): ApiRole {
  const { config, log } = options;
  const { context, close } = openConnections(options, "api", API_CONNECTIONS);
  const safeFetch = createSafeFetch({ allowPrivateAddresses: config.allowPrivateAddresses, log });
  const authenticator = createAuthenticator(context, config.otherRegions);
  const dashboard = createDashboard();
  const metrics = createMetrics();
  const shedder = createLoadShedder(context, metrics, "/api/external/");
  const server: FastifyInstance = createServer(log, {
    answerPage: dashboard.answer,
    turnAway: shedder.turnAway,
    earlyRefusal: shedder.early,
    requestTimeoutMs: config.requestTimeoutSeconds * 1_000,
  });
  measureRequests(server, metrics);
  const acceptor = createAcceptor(context);
  mountExternal(server, {
    operations: OPERATIONS,
    services: {
      context,
      acceptor: countingAcceptor(acceptor, metrics),
      pages: createPageMarks(context.clock),
      once: createOnce(context),
      quota: createQuota(context),
      limitsOf: createCallLimits(context, config.quotaCallsPerSecond),
      standAside: shedder.standAside,
    },
    authenticator,
  });
  const gateways = {
    kinds: instanceKinds(gatewayOptions(options, context)),
    allowPrivateAddresses: config.allowPrivateAddresses,
    defaultFrom: config.emailFrom,
  };
  const { publicUrl, region, otherRegions } = config;
  const mailer = openMailer(options, context);
  mountApp(server, { context, authenticator, safeFetch, publicUrl, region, mailer, gateways });
  mountOauth(server, { context, publicUrl, otherRegions });
  mountReference(server, { operations: OPERATIONS, publicUrl: config.publicUrl });
  mountHealth(server, context);
  mountMetrics(server, { context, metrics, token: config.metricsToken?.reveal() ?? null });
  dashboard.mount(server);
  let url = "";
  return {
    context,
    get url() {
      return url;
    },
    async start() {
      url = await server.listen({ port: config.port, host: config.host, backlog: BACKLOG });
    },
    async stop() {
      await server.close();
      await mailer?.close();
      shedder.stop();
      await acceptor.stop();
      await safeFetch.close();
      await close();
    },
  };
}

/** For the emails about accounts; null where no mail server is set. */
function openMailer({ config, log }: RoleOptions, { clock }: Context): Mailer | null {
  const { emailUrl, emailFrom: from } = config;
  return emailUrl === null ? null : createMailer({ url: emailUrl.reveal(), from, clock, log });
}

/** Hauls at once: the database settles one while another's messages are on their way. */
const HAULS = 6;
/** Targets of a haul: large enough that its dozen statements cost nothing a message. */
const HAUL_TARGETS = 1_000;

export interface WorkerRole extends Role {
  readonly name: string;
}

export function createWorkerRole(options: RoleOptions, name = workerName()): WorkerRole {
  const { config, log } = options;
  const { context, close } = openConnections(options, name, WORKER_CONNECTIONS);
  const gateways = createGatewaySource(context, {
    instance: createGateways(gatewayOptions(options, context)),
    own: createProjectGateways({ allowPrivateAddresses: config.allowPrivateAddresses, log }),
  });
  const breakers = createBreakers(context.clock);
  const stops = createCampaignStops();
  const counters = createMessageCounters();
  const delivery: Delivery = {
    context,
    breakers,
    stops,
    counters,
    cache: createCampaignCache(),
    gateways,
    keyPrefix: keyPrefix(options.sealingKey),
    random: Math.random,
    defaultFrom: config.emailFrom,
  };
  const worker = new Worker({
    context,
    name,
    leaseSeconds: config.leaseSeconds,
    slots: HAULS,
    maxTargets: HAUL_TARGETS,
    runHaul: (haul, signal) => runHaul(delivery, haul, signal),
    onCampaignStopped: stops.announce,
    onStuck: (what) => options.onStuck?.(what),
  });
  const safeFetch = createSafeFetch({ allowPrivateAddresses: config.allowPrivateAddresses, log });
  const webhooks = createWebhookSender({ context, safeFetch, random: Math.random });
  const tasks = createTaskRunner({ context, leaseSeconds: config.leaseSeconds });
  const pulse = createPulse({ context, name, version: VERSION, breakers, counters });
  const sweeper = createSweeper({ context, keptDays: keptDays(config), random: Math.random });
  return {
    name,
    async start() {
      await Promise.all([worker.start(), webhooks.start(), tasks.start()]);
      pulse.start();
      sweeper.start();
    },
    async stop() {
      const parts = [worker, webhooks, tasks, pulse, sweeper];
      await Promise.all(parts.map((part) => part.stop()));
      await gateways.close();
      await safeFetch.close();
      await close();
    },
  };
}

const keptDays = (config: Config): KeptDays => ({
  webhookEvents: config.keepWebhookEventsDays,
  sandboxMessages: config.keepSandboxDays,
  eventIds: config.keepEventIdsDays,
  doneWork: config.keepDoneWorkDays,
});

/** Unique among the workers of the database, and readable in its log. */
const workerName = (): string =>
  `${hostname().slice(0, 20)}-${process.pid}-${randomBytes(3).toString("hex")}`;

/** Tells this instance's messages from another's at a provider that both use. */
const keyPrefix = (key: SealingKey): string =>
  sha256(`messages of ${Buffer.from(key.bytes).toString("hex")}`)
    .toString("hex")
    .slice(0, 6);

function gatewayOptions({ config, log }: RoleOptions, context: Context): GatewaysOptions {
  const { emailUrl, smsUrl } = config;
  return {
    email: emailUrl === null ? null : { url: emailUrl.reveal(), connections: config.emailConnections },
    sms: smsUrl === null ? null : smsSettings(config, smsUrl.reveal()),
    webhook: { allowPrivateAddresses: config.allowPrivateAddresses },
    keep: (messages) => keepInSandbox(context, messages),
    log,
  };
}

function smsSettings(config: Config, url: string): NonNullable<GatewaysOptions["sms"]> {
  if (/^s?smpps?:/.test(url)) return { kind: "smpp", url, window: config.smsConcurrency };
  const headers = config.smsHeaders?.reveal() ?? {};
  return {
    kind: "http",
    url,
    method: config.smsMethod,
    contentType: config.smsContentType,
    ability: config.smsAbility,
    concurrency: config.smsConcurrency,
    timeoutMs: config.smsTimeoutSeconds * 1000,
    // None set: the gateway's own, which carries the key.
    ...(Object.keys(headers).length > 0 ? { headers } : {}),
    ...(config.smsBody === null ? {} : { body: config.smsBody.reveal() }),
    ...(config.smsIdPath === null ? {} : { providerIdPath: config.smsIdPath }),
  };
}
