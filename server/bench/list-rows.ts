/**
 * Fills a database for the measurement of lists: one project with as many people, devices, messages, items and tag
 * hits as asked for. People come by COPY, because their bucket is computed here; all else is made of them in SQL.
 */
import { once } from "node:events";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { bucketOf } from "../src/domain/ids.ts";
import type { Sql } from "../src/store/db.ts";
import { openListener } from "../src/store/session.ts";

/** What the queries need to name something that is there. */
export interface ListWorld {
  readonly projectId: number;
  readonly rows: number;
  /** Somebody in the middle. */
  readonly userId: string;
  readonly profileId: number;
  /** Unix seconds: everything was made in the thousand days before. */
  readonly now: number;
}

/** The largest campaign has half of all messages, the others share the rest. */
const CAMPAIGNS = 200;
/** Calls with five targets each. */
const executionsOf = (rows: number): number => Math.ceil(rows / 5);
const DAY_S = 86_400;

export const userIdOf = (no: number): string => `user-${no}`;
export const profileIdOf = (no: number): number => no * 64 + bucketOf(userIdOf(no));

export async function fillLists(
  owner: Sql,
  { url, rows }: { url: string; rows: number },
): Promise<ListWorld> {
  const now = Math.floor(Date.now() / 1000);
  const [project] = await owner<{ id: number }[]>`
    insert into projects (name, create_time) values ('Lists', ${new Date(now * 1000)}) returning id`;
  const projectId = project?.id ?? 0;
  const world = { projectId, rows, userId: userIdOf(rows / 2), profileId: profileIdOf(rows / 2), now };
  await copyPeople(url, world);
  await fillCampaigns(owner, world);
  await fillFromPeople(owner, world);
  await owner.unsafe("vacuum analyze");
  return world;
}

async function copyPeople(url: string, world: ListWorld): Promise<void> {
  // COPY is a stream, which only the driver itself has.
  const driver = openListener({ url, parameters: {}, onNotice: () => {} });
  try {
    await copyAll(driver, world);
  } finally {
    await driver.end();
  }
}

type Driver = ReturnType<typeof openListener>;

async function copyAll(driver: Driver, world: ListWorld): Promise<void> {
  await copy(
    driver,
    "profiles (project_id, bucket, id, user_id, email, email_subscription, country, attributes, create_time, update_time)",
    lines(world, (no) => {
      const id = profileIdOf(no);
      const made = iso(world, no);
      const attributes = `{"tier": "${no % 100 === 0 ? "gold" : "tin"}", "age": ${no % 90}}`;
      return `${world.projectId}\t${id % 64}\t${id}\t${userIdOf(no)}\t${userIdOf(no)}@example.org\t${no % 2}\tIE\t${attributes}\t${made}\t${made}\n`;
    }),
  );
  await copy(
    driver,
    "lookup_keys (project_id, bucket, kind, key, profile_id)",
    lines(world, (no) => {
      const key = `${userIdOf(no)}@example.org`;
      return `${world.projectId}\t${bucketOf(key)}\t1\t${key}\t${profileIdOf(no)}\n`;
    }),
  );
}

/** Spread over a thousand days, in the order of the numbers. */
const iso = (world: ListWorld, no: number): string =>
  new Date((world.now - Math.floor((1_000 * DAY_S * (world.rows - no)) / world.rows)) * 1000).toISOString();

const LINES_AT_ONCE = 2_000;

function* lines({ rows }: ListWorld, lineOf: (no: number) => string): Generator<string> {
  for (let from = 1; from <= rows; from += LINES_AT_ONCE) {
    let text = "";
    for (let no = from; no < Math.min(from + LINES_AT_ONCE, rows + 1); no += 1) text += lineOf(no);
    yield text;
  }
}

async function copy(driver: Driver, into: string, texts: Iterable<string>): Promise<void> {
  const writable = await driver.unsafe(`copy ${into} from stdin`).writable();
  const finished = once(writable, "finish");
  await pipeline(Readable.from(texts), writable);
  await finished.catch(() => {});
}

async function fillCampaigns(owner: Sql, { projectId, rows }: ListWorld): Promise<void> {
  const executions = executionsOf(rows);
  await owner.unsafe(`
    insert into campaigns (project_id, title, trigger, state, version, create_time, update_time)
    select ${projectId}, 'Campaign ' || n, 3, 1, 1, now(), now() from generate_series(1, ${CAMPAIGNS}) as n`);
  await owner.unsafe(`
    insert into executions (project_id, id, campaign_id, version, day, target_by, targets, channels, params, create_missing,
      send_at, request_id, create_time)
    select ${projectId}, n, 1 + n % ${CAMPAIGNS}, 1, current_date, 'user_id', 5, '{9}', '{}',
      false, now() - (${executions} - n) * interval '1 minute', 'bench', now() - (${executions} - n) * interval '1 minute'
    from generate_series(1, ${executions}) as n`);
}

/** A person's number, from the user id. */
const NO = "substr(user_id, 6)::bigint";

async function fillFromPeople(owner: Sql, { projectId, rows }: ListWorld): Promise<void> {
  const executions = executionsOf(rows);
  await owner.unsafe(`
    insert into devices (project_id, bucket, id, profile_id, message_type, token, create_time, update_time)
    select project_id, bucket, id, id, 1 + (${NO} % 3)::integer, 'token-' || id, create_time, update_time
    from profiles where project_id = ${projectId} order by id`);
  await owner.unsafe(`
    insert into messages (project_id, bucket, day, id, execution_id, campaign_id, version, message_type, status, target_no,
      recipient, profile_id, user_id, target, address, create_time, sent_time)
    select project_id, bucket, current_date, id, 1 + ${NO} % ${executions},
      case when ${NO} % 2 = 0 then 1 else 2 + ${NO} % ${CAMPAIGNS - 1} end, 1, 9,
      case when ${NO} % 20 = 0 then 6 else 3 end, 0, id, id, user_id, user_id, '353850000000', create_time, create_time
    from profiles where project_id = ${projectId} order by id`);
  await owner.unsafe(`
    insert into lists (project_id, title, identifier, create_time, update_time)
    select ${projectId}, 'List ' || n, 'user_id', now(), now() from generate_series(1, 3) as n`);
  await owner.unsafe(`
    insert into list_items (project_id, bucket, list_id, item, id, create_time)
    select project_id, bucket, 1 + ${NO} % 3, user_id, id, create_time
    from profiles where project_id = ${projectId} order by id`);
  await owner.unsafe(`
    insert into tag_hits (project_id, bucket, day, id, tag, profile_id, value, time, create_time)
    select project_id, bucket, create_time::date, id, 'tag-' || ${NO} % 50, id, '1', create_time, create_time
    from profiles where project_id = ${projectId} order by id`);
  await owner.unsafe(`
    insert into subscription_changes (project_id, bucket, id, profile_id, message_type, address, status, is_external, update_time)
    select project_id, bucket, id, id, 7, email, email_subscription, 1, update_time
    from profiles where project_id = ${projectId} order by id`);
}
