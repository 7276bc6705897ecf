/**
 * Brings a database to this version: roles, numbered migrations (forward only), partitions. The migration's
 * number is inserted first inside its transaction, so two starting processes race harmlessly.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Sql, sqlState } from "./db.ts";

const MIGRATIONS_DIR = join(import.meta.dirname, "../../migrations");
const NAME = /^(\d{4})-[a-z0-9-]+\.sql$/;

/** The schema is newer than this program: it must not run. */
export class SchemaTooNew extends Error {}

interface Migration {
  readonly no: number;
  readonly name: string;
  readonly text: string;
}

function readMigrations(): Migration[] {
  return readdirSync(MIGRATIONS_DIR)
    .filter((name) => NAME.test(name))
    .sort()
    .map((name) => ({
      no: Number(name.slice(0, 4)),
      name,
      text: readFileSync(join(MIGRATIONS_DIR, name), "utf8"),
    }));
}

/**
 * Runs what is missing. Needs a connection that may create roles and tables.
 * @returns the numbers of the migrations that ran now.
 * @throws SchemaTooNew when the database was migrated by a later version.
 */
export async function migrate(sql: Sql, nowMs: number): Promise<number[]> {
  const migrations = readMigrations();
  await createRoles(sql);
  await sql`create table if not exists migrations (no integer primary key, name text not null, at timestamptz not null)`;
  const [last] = await sql<{ no: number | null }[]>`select max(no) as no from migrations`;
  const newest = migrations.at(-1)?.no ?? 0;
  if ((last?.no ?? 0) > newest) {
    throw new SchemaTooNew(
      `The database is at migration ${last?.no}, this version knows ${newest}. Start a newer version.`,
    );
  }
  const ran: number[] = [];
  for (const migration of migrations) {
    if (await runOne(sql, migration, nowMs)) ran.push(migration.no);
  }
  await createPartitions(sql, nowMs);
  return ran;
}

async function runOne(sql: Sql, migration: Migration, nowMs: number): Promise<boolean> {
  return (await sql.begin(async (tx) => {
    const inserted = await tx`
      insert into migrations (no, name, at) values (${migration.no}, ${migration.name}, ${new Date(nowMs)})
      on conflict (no) do nothing returning no`;
    if (inserted.length === 0) return false;
    await tx.unsafe(migration.text);
    return true;
  })) as boolean;
}

const ROLES = ["carillon_app", "carillon_dispatch"] as const;

/** The connecting user can neither make the roles nor take them on. */
export class RolesMissing extends Error {}

/** Roles belong to the server, not to the database: another instance on it may have made them already. */
async function createRoles(sql: Sql): Promise<void> {
  const [me] = await sql<{ name: string }[]>`select current_user as name`;
  try {
    for (const role of ROLES) {
      await sql.unsafe(`do $$ begin
        if not exists (select from pg_roles where rolname = '${role}') then
          create role ${role} nologin nosuperuser nobypassrls;
        end if;
      exception when duplicate_object or unique_violation then null; end $$`);
      if (!(await canTakeOn(sql, role))) await sql.unsafe(`grant ${role} to current_user`);
    }
  } catch (error) {
    if (sqlState(error) !== INSUFFICIENT_PRIVILEGE) throw error;
    throw new RolesMissing(
      `The database user ${me?.name} may not make or take on the roles ${ROLES.join(" and ")}. As a superuser, run: ` +
        `create role ${ROLES.join("; create role ")}; grant ${ROLES.join(", ")} to ${me?.name}; (leave out what is there)`,
    );
  }
}

const INSUFFICIENT_PRIVILEGE = "42501";

/** Tried, not asked: since PostgreSQL 16 a member may lack the right to SET ROLE. */
async function canTakeOn(sql: Sql, role: string): Promise<boolean> {
  try {
    await sql.begin((tx) => tx.unsafe(`set local role ${role}`));
    return true;
  } catch (error) {
    if (sqlState(error) !== INSUFFICIENT_PRIVILEGE) throw error;
    return false;
  }
}

/** Made at each start and twice a day by the supervisor; a year leaves room where only single roles run. */
const MONTHS_AHEAD = 12;

/** Creates the monthly partitions of messages, attempts, events and tag hits from this month on. Cheap when they are there. */
export async function createPartitions(sql: Sql, nowMs: number): Promise<void> {
  const now = new Date(nowMs);
  for (let ahead = 0; ahead <= MONTHS_AHEAD; ahead += 1) {
    const from = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead, 1))
      .toISOString()
      .slice(0, 10);
    const to = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + ahead + 1, 1))
      .toISOString()
      .slice(0, 10);
    const suffix = from.slice(0, 7).replace("-", "_");
    // 60: every message row is updated soon after it was written, on the same page if there is room.
    await createPartition(
      sql,
      `messages_${suffix}`,
      `partition of messages for values from ('${from}') to ('${to}') with (fillfactor = 60)`,
    );
    await createPartition(
      sql,
      `attempts_${suffix}`,
      `partition of attempts for values from ('${from}') to ('${to}')`,
    );
    await createPartition(
      sql,
      `events_${suffix}`,
      `partition of events for values from ('${from}') to ('${to}')`,
    );
    await createPartition(
      sql,
      `tag_hits_${suffix}`,
      `partition of tag_hits for values from ('${from}') to ('${to}')`,
    );
  }
}

const CHECK_VIOLATION = "23514";

async function createPartition(sql: Sql, name: string, definition: string): Promise<void> {
  const [found] = await sql`select to_regclass(${`public.${name}`}) as found`;
  if (found?.found !== null) return;
  try {
    await sql.unsafe(`create table if not exists ${name} ${definition}`);
  } catch (error) {
    // The default partition took rows of that month while nobody made it: they stay there, and all goes on.
    if (sqlState(error) !== CHECK_VIOLATION) throw error;
  }
}
