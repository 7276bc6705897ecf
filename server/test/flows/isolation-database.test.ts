/**
 * The database itself keeps projects apart when a statement forgets its own (reliability battery, F2): row security on
 * every tenant table, roles without a way around it. Whole flows without their predicates: isolation-predicates.test.ts.
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { connect, type Sql, sqlState, type Tx } from "../../src/store/db.ts";
import { copyProject, tenantTables } from "../checksums.ts";
import type { Project, Stack } from "../stack.ts";
import { changedOfA, type IsolationWorld, startIsolationWorld } from "./isolation-world.ts";

let world: IsolationWorld;
let stack: Stack;

beforeAll(async () => {
  world = await startIsolationWorld();
  stack = world.stack;
});
afterAll(async () => {
  await stack.stop();
});
afterEach(async () => {
  expect(await changedOfA(world)).toEqual([]);
});

describe("the database behind the door", () => {
  /** Tables without a project: there is no tenant's row in them. A new one must be named here with its reason. */
  const WITHOUT_PROJECT = [
    "migrations", // of the whole instance
    "password_resets", // of users, who may belong to several projects
    "projects", // the tenants themselves; each is seen and written from inside alone, which is tried below
    "recovery_codes", // of users
    "sessions", // of users
    "users",
    "workers", // of the whole instance: names, versions and counts
  ];
  const ROLES = ["carillon_app", "carillon_dispatch"];
  let tables: string[];
  /** The application's role on a connection of its own, and a third project that is A's copy row by row. */
  let app: Sql;
  let c: Project;

  beforeAll(async () => {
    app = connect({ url: stack.databaseUrl, role: "app", max: 1, name: "test" });
    c = await stack.createProject();
    tables = await tenantTables(stack.owner);
    await copyProject(stack.owner, stack.id, c.id);
  });
  afterAll(() => app.end());

  /** A transaction of the application's role, in a project or in none. @returns the rows, or the SQLSTATE. */
  async function asApp(projectId: number | null, statement: string): Promise<readonly object[] | string> {
    const work = async (tx: Tx): Promise<readonly object[]> => {
      if (projectId !== null) await tx.unsafe(`set local app.project_id = ${projectId}`);
      return await tx.unsafe(statement);
    };
    try {
      return await app.begin(work);
    } catch (error) {
      return sqlState(error);
    }
  }

  test("every table has a project or a reason to have none, and rows of A to try it with", async () => {
    const rows = await stack.owner<{ name: string }[]>`
      select relname as name from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition order by 1`;
    const without = rows.map(({ name }) => name).filter((name) => !tables.includes(name));
    expect(without).toEqual(WITHOUT_PROJECT);
    for (const table of tables) {
      const found = await stack.owner.unsafe(
        `select distinct project_id from ${table} where project_id in (${stack.id}, ${c.id})`,
      );
      expect([table, found.length]).toEqual([table, 2]);
    }
  });

  test("every tenant table has row security, forced, with one policy for the application", async () => {
    for (const table of tables) {
      const [row] = await stack.owner`
        select relrowsecurity as enabled, relforcerowsecurity as forced from pg_class where oid = ${table}::regclass`;
      expect([table, row]).toEqual([table, { enabled: true, forced: true }]);
      const policies = await stack.owner<{ roles: string[]; text: string }[]>`
        select roles::text[] as roles, coalesce(qual, '') || ' / ' || coalesce(with_check, '') as text
        from pg_policies where schemaname = 'public' and tablename = ${table}`;
      const forApp = policies.filter(({ roles }) => !roles.every((role) => role === "carillon_dispatch"));
      expect([table, forApp.map(({ roles }) => roles)]).toEqual([table, [["carillon_app"]]]);
      expect(forApp[0]?.text.match(/app\.project_id/g)).toHaveLength(2);
    }
  });

  test("outside a project, and inside another, the application finds and changes nothing of A", async () => {
    for (const table of tables) {
      for (const projectId of [null, c.id]) {
        const ofA = `where project_id = ${stack.id}`;
        const at = [table, projectId];
        const [row] = (await asApp(projectId, `select count(*)::integer as n from ${table} ${ofA}`)) as {
          n: number;
        }[];
        expect([...at, row?.n]).toEqual([...at, 0]);
        for (const statement of [
          `update ${table} set project_id = project_id ${ofA}`,
          `delete from ${table} ${ofA}`,
        ]) {
          expect([...at, await asApp(projectId, `${statement} returning 1`)]).toEqual([...at, []]);
        }
        const copy = `insert into ${table} overriding system value select (jsonb_populate_record(null::${table}, '${await rowOfA(table)}')).*`;
        expect([...at, await asApp(projectId, copy)]).toEqual([...at, "42501"]);
      }
      const [row] = (await asApp(null, `select count(*)::integer as n from ${table}`)) as { n: number }[];
      expect([table, row?.n]).toEqual([table, 0]);
      const move = `update ${table} set project_id = ${stack.id} where project_id = ${c.id}`;
      expect([table, await asApp(c.id, move)]).toEqual([table, "42501"]);
    }
  });

  test("a project's own row is seen and written from inside it alone; users are never deleted or renamed", async () => {
    const seen = async (projectId: number | null): Promise<unknown> =>
      await asApp(projectId, "select id from projects order by id");
    expect(await seen(null)).toEqual([]);
    expect(await seen(c.id)).toEqual([{ id: c.id }]);
    const rename = `update projects set name = 'x' where id = ${stack.id} returning id`;
    expect([await asApp(null, rename), await asApp(c.id, rename)]).toEqual([[], []]);
    const taken = `insert into projects (id, name, create_time) overriding system value values (${stack.id}, 'x', now())`;
    expect(await asApp(c.id, taken)).toBe("42501");
    for (const statement of [
      "delete from projects",
      "update projects set create_time = create_time",
      "delete from users",
      "update users set email = email",
      "update sessions set user_id = user_id",
      "update password_resets set user_id = user_id",
    ]) {
      expect([statement, await asApp(c.id, statement)]).toEqual([statement, "42501"]);
    }
  });

  const rowOfA = async (table: string): Promise<string> => {
    const [row] = await stack.owner.unsafe<{ json: string }[]>(
      `select to_jsonb(t)::text as json from ${table} t where project_id = ${stack.id} limit 1`,
    );
    return (row?.json ?? "").replaceAll("'", "''");
  };

  test("row security cannot be switched off, and a setting that is no number opens nothing", async () => {
    expect(await asApp(c.id, "set local row_security = off; select 1 from profiles")).toBe("42501");
    expect(await asApp(c.id, `set local app.project_id = ''; select 1 from profiles`)).toEqual(
      expect.anything(),
    );
    const blank = await app.begin(async (tx) => {
      await tx.unsafe("set local app.project_id = ''");
      return await tx.unsafe("select 1 from profiles");
    });
    expect(blank).toHaveLength(0);
    expect(await asApp(null, "set local app.project_id = 'x'; select 1 from profiles")).toBe("22P02");
  });

  test("the roles own nothing, bypass nothing and belong to nothing", async () => {
    for (const role of ROLES) {
      const [flags] = await stack.owner`
        select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication or rolcanlogin as any_power,
          exists (select from pg_shdepend where refobjid = r.oid and deptype = 'o') as owns,
          exists (select from pg_auth_members where member = r.oid) as is_member,
          has_schema_privilege(rolname, 'public', 'create') as creates
        from pg_roles r where rolname = ${role}`;
      expect([role, flags]).toEqual([
        role,
        { any_power: false, owns: false, is_member: false, creates: false },
      ]);
    }
  });

  test("nothing leads around the policies: no grant on a partition, no truncate, no view, no function", async () => {
    const open = await stack.owner`
      select c.relname, r.role from pg_class c cross join unnest(${ROLES}::text[]) as r (role)
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and (
        has_table_privilege(r.role, c.oid, 'truncate, references, trigger')
        or c.relispartition and (has_table_privilege(r.role, c.oid, 'select, insert, update, delete')
          or has_any_column_privilege(r.role, c.oid, 'select, insert, update')))`;
    expect([...open]).toEqual([]);
    const views = await stack.owner`
      select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('v', 'm', 'f')
      union all select proname from pg_proc where pronamespace = 'public'::regnamespace order by 1`;
    // They analyze tables, end sessions, tell an age and set policies up (as their caller, who must own the table);
    // none answers with anything of a tenant.
    expect(views.map(({ relname }) => relname)).toEqual([
      "end_hanging_sessions",
      "keep_to_own_project",
      "oldest_transaction_seconds",
      "refresh_statistics",
    ]);
  });

  test("the dispatcher sees the queue's own columns and no content", async () => {
    const { dispatch } = stack.context;
    const secrets = {
      chunks: ["targets"],
      connections: ["secret", "previous_secret", "authorization_header", "url", "name"],
      webhook_events: ["body"],
      app_tokens: ["sealed"],
      tasks: ["input", "error"],
      messages: ["id", "address", "target", "user_id"],
    };
    for (const [table, columns] of Object.entries(secrets)) {
      for (const column of [...columns, "*"]) {
        const read = dispatch.unsafe(`select ${column} from ${table} limit 1`);
        await expect(read, `${table}.${column}`).rejects.toMatchObject({ code: "42501" });
      }
    }
    const readable = await stack.owner<{ name: string }[]>`
      select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace
        and c.relkind in ('r', 'p') and has_any_column_privilege('carillon_dispatch', c.oid, 'select') order by 1`;
    const queue = [
      "app_tokens",
      "campaigns",
      "chunks",
      "connections",
      "hauls",
      "memberships",
      "projects",
      "tasks",
      "webhook_events",
      "workers",
    ];
    expect(readable.map(({ name }) => name)).toEqual(queue);
    // A haul is a worker's hold: its own, and without content. Workers say of themselves that they live. All other rows
    // come and go inside a project.
    const written = await stack.owner<{ name: string }[]>`
      select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
        and (has_any_column_privilege('carillon_dispatch', oid, 'insert')
          or has_table_privilege('carillon_dispatch', oid, 'delete'))`;
    expect(written.map(({ name }) => name)).toEqual(["hauls", "workers"]);
    for (const table of ["chunks", "connections", "tasks", "webhook_events"]) {
      const [row] = await stack.owner`
        select has_column_privilege('carillon_dispatch', ${table}, 'project_id', 'update') as moves`;
      expect([table, row?.moves]).toEqual([table, false]);
    }
  });
});
