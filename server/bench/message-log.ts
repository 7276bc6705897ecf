/**
 * node server/bench/message-log.ts [--messages 1000000]
 *
 * Fills a database of its own with messages of 30 days and asks the dashboard's API for pages of the log, for a
 * campaign's results and for an execution of 100,000. Prints the median and the slowest of sixty answers each (a
 * connection plans a statement anew up to its sixth run); ends with 1 when the newest page takes over a second or a
 * search by reference over 300 ms.
 */

import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { APP_TOKEN_PREFIX } from "../src/actions/projects/seed-demo.ts";
import { createApi } from "../src/app.ts";
import { randomToken, sha256 } from "../src/base/crypto.ts";
import { startEmbeddedPostgres } from "../src/base/embedded-postgres.ts";
import { createLog } from "../src/base/log.ts";
import { readConfig } from "../src/config.ts";
import { insertAppToken } from "../src/store/credentials.ts";
import { connect, inProject, type Sql } from "../src/store/db.ts";
import { migrate } from "../src/store/migrate.ts";
import { insertProject } from "../src/store/projects.ts";

const ROUNDS = 60;
const DAYS = 30;
const DAY_MS = 86_400_000;
const PROJECT = 1;

/** Executions of 100,000 messages; the campaigns share them. */
const EXECUTION = 100_000;
const CAMPAIGNS = 4;

async function fill(sql: Sql, messages: number): Promise<void> {
  const firstMs = Date.now() - DAYS * DAY_MS;
  await sql`
    insert into campaigns (project_id, title, trigger, state, version, create_time, update_time)
    select ${PROJECT}, 'Campaign ' || n, 3, 1, 1, ${new Date(firstMs)}, ${new Date(firstMs)}
    from generate_series(1, ${CAMPAIGNS}::integer) as n`;
  await sql`
    insert into executions (project_id, id, campaign_id, version, day, target_by, targets, channels, params,
      create_missing, send_at, request_id, create_time)
    select ${PROJECT}, n, 1 + n % ${CAMPAIGNS}, 1, t::date, 'user_id', ${EXECUTION}, '{9}', '{}', false, t,
      'request-' || n, t
    from generate_series(0, ${Math.ceil(messages / EXECUTION) - 1}::integer) as n,
      lateral (select ${new Date(firstMs)}::timestamptz + n * ${DAYS / Math.ceil(messages / EXECUTION)}::float8
        * interval '1 day' as t) as at`;
  await sql`
    insert into messages (project_id, bucket, day, id, execution_id, campaign_id, version, message_type, status, tries,
      target_no, recipient, profile_id, user_id, target, address, external_message_id, reason, create_time, sent_time)
    select ${PROJECT}, n % 64, e.day, n::bigint * 64 + n % 64, e.id, e.campaign_id, 1, 9,
      case when n % 50 = 0 then 11 when n % 1000 = 1 then 6 else 2 end, 1, n % ${EXECUTION}, n::bigint * 64 + n % 64,
      case when n % 50 > 0 then (n % 200000)::bigint * 64 + n % 64 end, 'user-' || n % 200000, 'user-' || n % 200000,
      '35385' || n % 200000, case when n % 3 > 0 then 'order-' || n else 'broadcast' end,
      case when n % 50 = 0 then 'unknown_target' when n % 1000 = 1 then 'rejected' end, e.create_time, e.create_time
    from generate_series(0, ${messages - 1}::integer) as n
    join executions e on e.project_id = ${PROJECT} and e.id = n / ${EXECUTION}::integer`;
  await sql`vacuum analyze messages`;
  await sql`analyze executions`;
}

interface Question {
  readonly name: string;
  readonly path: string;
  readonly atMostMs: number | null;
}

const questionsFor = (messages: number): readonly Question[] => [
  { name: "the newest page", path: "/messages", atMostMs: 1_000 },
  { name: "by reference of one message", path: `/messages?q=order-${messages - 3}`, atMostMs: 300 },
  { name: "by reference of a third of all", path: "/messages?q=broadcast", atMostMs: 300 },
  { name: "by a reference that is not there", path: "/messages?q=order-x", atMostMs: 300 },
  { name: "by message id", path: `/messages?q=${64 * 70_001 + (70_001 % 64)}`, atMostMs: 300 },
  { name: "by number", path: "/messages?q=353851234", atMostMs: 300 },
  { name: "by a target that is nobody", path: "/messages?q=user-1000", atMostMs: 300 },
  { name: "by request id of 100,000 messages", path: "/messages?q=request-1", atMostMs: 1_000 },
  { name: "an execution's failures", path: "/messages?execution_id=1&outcome=failed", atMostMs: 1_000 },
  { name: "a campaign's newest", path: "/messages?campaign_id=2", atMostMs: 300 },
  {
    name: "a campaign's failures of a reason",
    path: "/messages?campaign_id=2&reason=rejected",
    atMostMs: 1_000,
  },
  { name: "failures that are not there", path: "/messages?outcome=bounced", atMostMs: null },
  { name: "a campaign's results by day", path: "/campaigns/2/results", atMostMs: null },
  { name: "progress of an execution", path: "/executions/1", atMostMs: null },
  { name: "the list of executions", path: "/executions", atMostMs: null },
];

async function ask(url: string, token: string, question: Question): Promise<boolean> {
  const times: number[] = [];
  let size = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const startMs = performance.now();
    const answer = await fetch(`${url}/api/app${question.path}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const text = await answer.text();
    times.push(performance.now() - startMs);
    if (answer.status !== 200) throw new Error(`${question.path}: ${answer.status} ${text}`);
    const { data } = JSON.parse(text) as { data: unknown };
    size = Array.isArray(data) ? data.length : 1;
  }
  const worstMs = Math.max(...times);
  const medianMs = times.sort((a, b) => a - b)[ROUNDS / 2] ?? 0;
  const isRight = question.atMostMs === null || worstMs <= question.atMostMs;
  const promise = question.atMostMs === null ? "" : isRight ? "ok" : `over ${question.atMostMs} ms`;
  const figures = `${medianMs.toFixed(0).padStart(6)} ${worstMs.toFixed(0).padStart(6)}`;
  process.stdout.write(`${question.name.padEnd(40)}${String(size).padStart(5)}${figures}  ${promise}\n`);
  return isRight;
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { messages: { type: "string", default: "1000000" } } });
  const messages = Number(values.messages);
  const folder = mkdtempSync(join(tmpdir(), "carillon-message-log-"));
  const log = createLog({ level: "error", name: "bench" });
  const config = readConfig({ PORT: "0", LOG_LEVEL: "error" }, []);
  if (!config.ok) throw new Error(config.error.join("\n"));
  const postgres = await startEmbeddedPostgres({ dataDir: join(folder, "postgres"), log });
  const owner = connect({ url: postgres.url, role: "owner", max: 1, name: "bench" });
  const sealingKey = { id: 1, bytes: randomBytes(32) };
  const api = createApi({ config: config.value, databaseUrl: postgres.url, sealingKey, log });
  try {
    await migrate(owner, Date.now() - DAYS * DAY_MS);
    await insertProject(owner, { name: "Bench", nowMs: Date.now() });
    const startMs = performance.now();
    await fill(owner, messages);
    const seconds = ((performance.now() - startMs) / 1000).toFixed(0);
    process.stdout.write(`${messages.toLocaleString("en")} messages, written in ${seconds} s\n`);
    const token = randomToken(APP_TOKEN_PREFIX);
    const row = { hash: sha256(token), sealed: Buffer.alloc(0), nowMs: Date.now() };
    await inProject(api.context.app, PROJECT, (tx) => insertAppToken(tx, PROJECT, row));
    await api.start();
    process.stdout.write(`${"".padEnd(40)} rows    p50    max ms\n`);
    let isRight = true;
    for (const question of questionsFor(messages)) isRight = (await ask(api.url, token, question)) && isRight;
    return isRight ? 0 : 1;
  } finally {
    await api.stop();
    await owner.end();
    await postgres.stop("immediate");
    rmSync(folder, { recursive: true, force: true });
  }
}

process.exitCode = await main();
