/**
 * One project cannot see, change or sense another. First through the front door: whatever of project A a call of B
 * names, the answer is that for something which never was, and A stays as it is. Then behind it: the database itself
 * holds the same line when a statement forgets the project (reliability battery, F1 and F2).
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { connect, type Sql, sqlState, type Tx } from "../../src/store/db.ts";
import {
  CAMPAIGNS,
  MESSAGES,
  PUSH_DEVICES,
  PUSHES,
  profilesModel,
  TASKS,
} from "../../src/store/list-sources.ts";
import {
  type Checksums,
  changedTables,
  copyProject,
  fillTenantTables,
  tableChecksums,
  tenantTables,
} from "../checksums.ts";
import { addDevice } from "../devices.ts";
import { ask, pathOf } from "../raw-http.ts";
import { launch, type Project, type Stack, smsCampaign, startStack, until } from "../stack.ts";

/** Everything by which project A can be named. Its texts all hold a word that no answer to B may hold. */
const TEXTS = {
  userId: "canary-user",
  email: "canary@a.example",
  mobile: "353861111111",
  reference: "canary-reference",
  key: "canary-key",
  note: "canary_note",
  title: "Canary",
};
let numbersOfA: Readonly<Record<string, number>>;
let tokenOfA: string;

let stack: Stack;
let b: Project;
let bCampaign: number;
let unchanged: Checksums;

beforeAll(async () => {
  stack = await startStack();
  await beginWithLongIds();
  await fillA();
  b = await stack.createProject();
  bCampaign = await launch(b, { title: "Own", ...smsCampaign("Own {{ first_name }}") });
  await b.call("import/profile", {
    columns: ["user_id", "mobile_number", "sms_subscription"],
    rows: [["own-user", "353850000001", 1]],
  });
  const call = { id: bCampaign, target_by: "user_id", target: ["own-user"] };
  await b.call("execute/campaign", { ...call, async: false });
  unchanged = await tableChecksums(stack.owner, stack.id);
});
afterAll(async () => {
  await stack.stop();
});
afterEach(async () => {
  expect(changedTables(unchanged, await tableChecksums(stack.owner, stack.id))).toEqual([]);
});

/** An id of one digit would be found in every answer. */
async function beginWithLongIds(): Promise<void> {
  for (const [i, table] of ["campaigns", "tasks"].entries())
    await stack.owner.unsafe(`alter table ${table} alter column id restart with ${7_100_001 + i * 100_000}`);
  for (const [i, name] of ["profile", "device", "execution", "message"].entries())
    await stack.owner.unsafe(`select setval('${name}_ids', ${8_100_001 + i * 100_000})`);
}

async function fillA(): Promise<void> {
  const { userId, email, mobile, reference, key, note, title } = TEXTS;
  await stack.call("import/profile", {
    columns: [
      "user_id",
      "email",
      "email_subscription",
      "mobile_number",
      "sms_subscription",
      "first_name",
      note,
    ],
    rows: [[userId, email, 1, mobile, 1, "Canary", "canary"]],
  });
  const profile = (await stack.call("info/profile", { user_id: userId })).body.model.id;
  const device = await addDevice(stack, userId, 3);
  tokenOfA = `token-${device}`;
  const campaign = await launch(stack, { ...smsCampaign("Canary {{ first_name }}"), title });
  const push = await launch(stack, { title, web_push: 1, messages: { "3": { push_text: "Canary" } } });
  const call = { id: campaign, target_by: "user_id", target: [userId], async: false };
  const params = { external_message_id: reference };
  const executed = await stack.call("execute/campaign", { ...call, params }, { "Idempotency-Key": key });
  await stack.call("execute/campaign", { id: push, target: [device], async: false });
  const queued = await stack.call("import/profile", {
    columns: ["user_id"],
    rows: [["canary-2"]],
    async: true,
  });
  const task = queued.body.model.id;
  await until(
    () => stack.call("info/task", { id: task }),
    (answer) => answer.body.model.status === "completed",
  );
  const execution = executed.body.model.id;
  const message = executed.body.data[0].message_id;
  const action = execution * 16 + 9;
  const connection = 7_300_001;
  await fillTenantTables(stack.owner, stack.id, connection);
  numbersOfA = { campaign, push, profile, device, execution, message, action, task, connection };
}

const idsOfA = (): number[] => Object.values(numbersOfA);
const textsOfA = (): string[] => [...Object.values(TEXTS), tokenOfA];

/** A name of the same kind, and of the same bucket, that nobody ever had. */
const neverWas = <T extends string | number>(name: T): T =>
  (typeof name === "number"
    ? name + 64_000_000
    : /^\d{6,}$/.test(name)
      ? String(Number(name) + 64_000_000)
      : name.replace(/canary|token/i, "nobody")) as T;

// What differs between any two answers to the same question, and what an execution or a creation makes anew.
const VARIES = ["x-request-id", "date", "content-length", "x-ratelimit-remaining", "x-ratelimit-reset"];
const NEW_VALUES = /"(id|message_id|time|create_time|update_time|activate_time)":\d+/g;

/** B's answer as bytes, less what varies; the name itself is hidden where the answer repeats it. */
async function answerToB(operation: string, body: unknown, name: string | number): Promise<string> {
  const answer = await ask(stack.url, {
    path: pathOf(operation),
    body: JSON.stringify({ apptoken: b.token, ...(body as object) }),
  });
  const headers = [...answer.headers].filter(([header]) => !VARIES.includes(header));
  const isNew = /^(execute|create)/.test(operation);
  const text = answer.text.replaceAll(String(name), "NAME");
  return JSON.stringify([answer.status, headers, isNew ? text.replace(NEW_VALUES, '"$1":0') : text]);
}

/** Asks about something of A and about something that never was. @returns the answer, which is the same to both. */
async function expectSame<T extends string | number>(
  operation: string,
  name: T,
  bodyOf: (name: T) => unknown,
): Promise<string> {
  const other = neverWas(name);
  const aboutA = await answerToB(operation, bodyOf(name), name);
  expect(aboutA).toBe(await answerToB(operation, bodyOf(other), other));
  expectNothingOfA(aboutA);
  return aboutA;
}

function expectNothingOfA(answer: string): void {
  for (const text of ["canary", ...idsOfA().map(String), tokenOfA, TEXTS.mobile])
    expect(answer.toLowerCase()).not.toContain(text);
}

describe("a name of A in a list of B", () => {
  const MODELS = {
    "list/campaign": CAMPAIGNS,
    "list/profile": profilesModel([]),
    "list/push": PUSHES,
    "list/push-devices": PUSH_DEVICES,
    "list/message": MESSAGES,
    "list/task": TASKS,
  };
  const FIELDS = Object.entries(MODELS).flatMap(([operation, { registry }]) =>
    [...registry]
      .filter(([, { kind }]) => kind === "int" || kind === "text")
      .map(([name, { kind }]) => ({ operation, name, kind })),
  );

  test.each(FIELDS)("$operation, condition on $name", async ({ operation, name, kind }) => {
    const values = kind === "int" ? idsOfA() : textsOfA();
    const equals = (value: string | number) =>
      answerToB(operation, { condition: [[name, "=", value]], count: 1 }, value);
    const nothing = await equals(neverWas(values[0] ?? 0));
    expect(nothing).toContain('\\"data\\":[],\\"total\\":0');
    for (const value of values) expect(await equals(value)).toBe(nothing);
    const others = values.map(neverWas);
    for (const about of [
      (list: unknown) => [[name, "IN", list]],
      (list: unknown) => [[name, "NOT IN", list]],
      (list: unknown) => ({
        operator: "OR",
        "0": [name, "IN", list],
        "1": { operator: "AND", "0": ["id", ">", 0], "1": [name, "NOT IN", list] },
      }),
    ]) {
      const [ofA, ofNobody] = await Promise.all(
        [values, others].map((list) => answerToB(operation, { condition: about(list), count: 1 }, "-")),
      );
      expect(ofA).toBe(ofNobody);
      expectNothingOfA(ofA ?? "");
    }
  });

  test.each(Object.keys(MODELS))("%s: as a name to select, to sort by or to filter", async (operation) => {
    for (const name of [...textsOfA(), ...idsOfA().map(String)]) {
      await expectSame(operation, name, (named) => ({ select: [named], count: 1 }));
      await expectSame(operation, name, (named) => ({ order: [`${named} DESC`] }));
      await expectSame(operation, name, (named) => ({ condition: [[named, "=", 1]] }));
    }
  });

  test.each(Object.keys(MODELS))("%s: without a condition there is nothing of A", async (operation) => {
    const mine = (await stack.call(operation)).body.data as { id: number }[];
    const { data, total } = (await b.call(operation, { count: 1 })).body;
    expect(mine.length).toBeGreaterThan(0);
    const ids = new Set(mine.map((row) => row.id));
    expect(data.filter((row: { id: number }) => ids.has(row.id))).toEqual([]);
    expect(total).toBe(data.length);
    expect(JSON.stringify(data)).not.toMatch(/canary/i);
  });
});

describe("an id of A where B names an object", () => {
  const BY_ID = [
    "info/campaign",
    "update/campaign",
    "start/campaign",
    "stop/campaign",
    "info/profile",
    "info/task",
  ];

  test.each([...BY_ID, "execute/campaign"])("%s", async (operation) => {
    const rest = { title: "Taken over", active: 0, target_by: "user_id", target: ["own-user"] };
    const fields = operation.startsWith("execute") ? { ...rest, title: undefined, active: undefined } : rest;
    for (const id of idsOfA()) {
      expect(await expectSame(operation, id, (named) => ({ ...fields, id: named }))).toMatch(/^\[404,/);
      await expectSame(operation, String(id), (named) => ({ ...fields, id: named }));
      await expectSame(operation, id, (named) => ({ ...fields, id: [named] }));
      await expectSame(operation, id, (named) => ({ ...fields, id: named, project_id: stack.id }));
    }
  });

  test("info/profile by its other names", async () => {
    const { profile = 0 } = numbersOfA;
    expect(await expectSame("info/profile", profile, (id) => ({ profile_id: id }))).toMatch(/^\[404,/);
    expect(await expectSame("info/profile", TEXTS.userId, (id) => ({ user_id: id }))).toMatch(/^\[404,/);
  });

  test("as a connection, a promotion or a location of a campaign", async () => {
    const own = { ...smsCampaign("Hi"), title: "T" };
    const { connection = 0 } = numbersOfA;
    await expectSame("create/campaign", connection, (id) => ({ ...own, webhook_connections: [id] }));
    await expectSame("create/campaign", connection, (id) => ({ ...own, promotion_id: id, locations: [id] }));
    const events = await stack.owner`select project_id from webhook_events where project_id <> ${stack.id}`;
    expect(events).toHaveLength(0);
  });
});

describe("a name of A where B names people", () => {
  const KINDS: Readonly<Record<string, () => string>> = {
    id: () => String(numbersOfA.device),
    profile_id: () => String(numbersOfA.profile),
    user_id: () => TEXTS.userId,
    external_id: () => TEXTS.userId,
    email: () => TEXTS.email,
    mobile_number: () => TEXTS.mobile,
    token: () => tokenOfA,
  };

  test.each(Object.keys(KINDS))("target_by %s", async (by) => {
    const call = { id: bCampaign, target_by: by, async: false };
    for (const bodyOf of [
      (name: string) => ({ ...call, target: [name] }),
      (name: string) => ({ ...call, target_with_params: { [name]: { first_name: "x" } } }),
    ]) {
      const answer = await expectSame("execute/campaign", KINDS[by]?.() ?? "", bodyOf);
      expect(answer).toContain('\\"reason\\":\\"unknown_target\\"');
    }
  });

  test.each(Object.keys(KINDS))("everything of A at once, as %s", async (by) => {
    const isNumeric = by === "id" || by === "profile_id";
    const target = isNumeric ? idsOfA() : [...textsOfA(), ...idsOfA().map(String)];
    const { body } = await b.call("execute/campaign", { id: bCampaign, target_by: by, target, async: false });
    expect(body.model.outcomes).toEqual({ skipped: target.length });
    for (const row of body.data) expect(row).toMatchObject({ reason: "unknown_target" });
  });

  test("a profile that B makes under A's user id is B's own and knows nothing", async () => {
    const call = { id: bCampaign, target_by: "user_id", target: [TEXTS.userId], target_existing_only: 0 };
    const { body } = await b.call("execute/campaign", { ...call, async: false });
    expect(body.data).toMatchObject([{ reason: "no_address" }]);
    const { model } = (await b.call("info/profile", { user_id: TEXTS.userId })).body;
    expect(model).toMatchObject({ email: null, mobile_number: null, first_name: null });
    expect(model.id).not.toBe(numbersOfA.profile);
    expect(model).not.toHaveProperty(TEXTS.note);
  });

  test("A's key is free for B", async () => {
    const call = { id: bCampaign, target_by: "user_id", target: ["own-user"] };
    const answer = await b.call("execute/campaign", call, { "Idempotency-Key": TEXTS.key });
    expect(answer.body).toMatchObject({ code: 200, model: { campaign_id: bCampaign } });
    expect(answer.headers.get("idempotent-replayed")).toBeNull();
  });
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
    // They analyze tables, end sessions and tell an age; none answers with anything of a tenant.
    expect(views.map(({ relname }) => relname)).toEqual([
      "end_hanging_sessions",
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
