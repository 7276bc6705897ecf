/** A CSV file as spreadsheets write them becomes profiles, or is refused in words; nothing is guessed, nothing is done twice. */
import { createConnection } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { WorkerRole } from "../../src/app.ts";
import { askApp } from "../dashboard.ts";
import { type Answered, type Stack, startStack, until } from "../stack.ts";

let stack: Stack;
let worker: WorkerRole;

beforeAll(async () => {
  stack = await startStack({ workers: 0, env: { LEASE_SECONDS: "5" } });
  worker = await stack.startWorker();
});
afterAll(() => stack.stop());

const ask = (line: string, body?: unknown): Promise<Answered> => askApp(stack, stack, line, body);
const upload = (file: string | Buffer, query = ""): Promise<Answered> => ask(`POST /imports${query}`, file);

async function taken(file: string | Buffer, query = ""): Promise<Answered["body"]> {
  const { status, body } = await upload(file, query);
  expect([status, body.error]).toEqual([201, undefined]);
  return body.data;
}

const ended = (taskId: number) =>
  until(
    () => ask(`GET /tasks/${taskId}`),
    ({ body }) => ["completed", "failed"].includes(body.data.status),
    120_000,
  );

type Mapping = Readonly<Record<string, string | null>>;

async function importFile(file: string | Buffer, mapping: Mapping, constants = {}) {
  const { id } = await taken(file);
  const dry = await ask(`POST /imports/${id}/dry-run`, { mapping, constants });
  expect([dry.status, dry.body.error]).toEqual([200, undefined]);
  const run = await ask(`POST /imports/${id}/run`, { mapping, constants });
  expect(run.status).toBe(202);
  const task = await ended(run.body.data.task_id);
  return { id, dry: dry.body.data, task: task.body.data };
}

async function profileOf(userId: string) {
  const { body } = await stack.call("info/profile", { user_id: userId });
  return body.model;
}

const countProfiles = async (): Promise<number> => {
  const [row] = await stack.owner<{ n: number }[]>`select count(*)::integer as n from profiles`;
  return row?.n ?? 0;
};

const MAPPED = { user_id: "user_id", name: "first_name" };

describe("what a file may look like", () => {
  test("columns, samples, suggestions, delimiter and encoding are found", async () => {
    const text =
      'User ID;E-Mail;"Email opt in";Loyalty level;=x\n1;a@example.org;1;gold;\n2;;0;"silver;""2"""\n';
    const uploaded = await taken(text);
    const { body: again } = await ask(`GET /imports/${uploaded.id}`);
    expect(again.data).toEqual({ ...uploaded, task_id: null });
    expect((await ask(`GET /imports/${uploaded.id + 1_000}`)).status).toBe(404);
    expect(uploaded).toMatchObject({
      rows: 2,
      delimiter: ";",
      encoding: "utf-8",
      columns: [
        { header: "User ID", sample: ["1", "2"], suggestion: "user_id" },
        { header: "E-Mail", sample: ["a@example.org"], suggestion: "email" },
        { header: "Email opt in", suggestion: "email_subscription" },
        { header: "Loyalty level", sample: ["gold", 'silver;"2"'], suggestion: "loyalty_level" },
        { header: "=x", sample: [], suggestion: "x" },
      ],
    });
  });

  const NAMES = "user_id,name\nbom-1,Zoë\nbom-2,李\n";
  test.each([
    ["a UTF-8 mark", Buffer.from(`\ufeff${NAMES}`), "utf-8"],
    ["UTF-16 as spreadsheets save it", Buffer.from(`\ufeff${NAMES}`, "utf16le"), "utf-16le"],
    ["tabs and CRLF", Buffer.from(NAMES.replaceAll(",", "\t").replaceAll("\n", "\r\n")), "utf-8"],
    ["CR alone", Buffer.from(NAMES.replaceAll("\n", "\r")), "utf-8"],
    ["a comma at the end of each line", Buffer.from(NAMES.replaceAll("\n", ",\n")), "utf-8"],
  ])("with %s", async (_what, file, encoding) => {
    const { columns, rows, encoding: found } = await taken(file);
    expect([rows, found]).toEqual([2, encoding]);
    expect(columns[1].sample).toEqual(["Zoë", "李"]);
  });

  const wide = (count: number): string => `${Array.from({ length: count }, (_, i) => `c${i}`).join(",")}\n`;
  test.each<[string, string | Buffer, RegExp]>([
    ["empty", "", /is empty/],
    ["only a mark", "\ufeff", /is empty/],
    ["no header", "u-1@example.org,Ada\n", /name its columns in the first line/],
    ["Windows-1252", Buffer.from("user_id,name\nu-1,Zo\xeb\n", "latin1"), /not UTF-8 at byte 19/],
    [
      "broken in the middle",
      Buffer.concat([Buffer.alloc(300_000, "a,b\n"), Buffer.from([0xc3, 0x28])]),
      /at byte 300000/,
    ],
    ["UTF-16 big endian", Buffer.from([0xfe, 0xff, 0, 0x61]), /UTF-16/],
    ["UTF-16 without a mark", Buffer.from("user_id\n", "utf16le"), /UTF-16/],
    ["a spreadsheet named csv", Buffer.from([0x50, 0x4b, 3, 4, 0, 0]), /spreadsheet or a zip/],
    ["compressed", Buffer.from([0x1f, 0x8b, 8, 0]), /compressed/],
    ["twice the same header", "a,b,a\n1,2,3\n", /names the column a twice/],
    ["501 columns", wide(501), /more than 500 columns/],
    ["__proto__", "__proto__,b\n1,2\n", /__proto__/],
    ["a header without a name", "a,,b\n1,2,3\n", /no name for column 2/],
    ["an open quote", `user_id,name\nu-1,"${"x\n".repeat(700_000)}`, /more than 1 MB.*line 2/],
    ["an open quote in a small file", 'user_id,name\nu-1,x\nu-2,"y\n', /a quote is open.*line 3/],
    ["text behind a quote", 'user_id,name\nu-1,"x"y\n', /after a closing quote.*line 2/],
  ])("%s is refused and nothing is kept", async (_what, file, words) => {
    const { status, body } = await upload(file);
    expect([status, body.error.code]).toEqual([400, "invalid"]);
    expect(body.error.errors.file[0]).toMatch(words);
    const [left] =
      await stack.owner`select count(*)::integer as n from imports where project_id = ${stack.id} and columns is null`;
    expect(left?.n).toBe(0);
  });

  test("more than 32 MB, another content type, another delimiter", async () => {
    const large = await upload(Buffer.alloc(33 * 1_048_576, "a,b\n"));
    expect(large.status).toBe(413);
    expect((await ask("POST /imports", { mapping: {} })).status).toBe(400);
    expect((await upload("a,b\n", "?delimiter=x")).status).toBe(400);
    expect((await taken("a;b,c\n1;2,3\n", "?delimiter=%3B")).columns).toHaveLength(2);
  });

  test("an upload that is cut off leaves nothing", async () => {
    const { port } = new URL(stack.url);
    const socket = createConnection(Number(port), "127.0.0.1");
    const head = `POST /api/app/imports HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${stack.token}\r\n`;
    socket.write(`${head}Content-Type: text/csv\r\nContent-Length: 1000\r\n\r\nuser_id,name\n`);
    const open = () => stack.owner`select from imports where project_id = ${stack.id} and columns is null`;
    await until(open, (rows) => rows.length === 1);
    socket.destroy();
    await until(open, (rows) => rows.length === 0);
  });
});

describe("mapping", () => {
  test.each<[Record<string, unknown>, string]>([
    [{}, "mapping"],
    [{ mapping: [] }, "mapping"],
    [{ mapping: {} }, "mapping"],
    [{ mapping: { name: "first_name" } }, "mapping"],
    [{ mapping: { ...MAPPED, other: "x" } }, "mapping"],
    [{ mapping: { user_id: "user_id", name: "user_id" } }, "mapping"],
    [{ mapping: { user_id: "user_id", name: "a b" } }, "mapping"],
    [{ mapping: { user_id: "user_id", name: 5.5 } }, "mapping"],
    [{ mapping: { user_id: "user_id", name: ["x"] } }, "mapping"],
    [{ mapping: { user_id: "user_id", name: "email" } }, "mapping"],
    [{ mapping: MAPPED, constants: { country: "\u0000" } }, "constants.country"],
  ])("%j is refused", async (body, field) => {
    const { id } = await taken("user_id,name\nm-1,Ada\n");
    for (const step of ["dry-run", "run"]) {
      const { status, body: answer } = await ask(`POST /imports/${id}/${step}`, body);
      expect([step, status, Object.keys(answer.error.errors)]).toEqual([step, 400, [field]]);
    }
    expect(await profileOf("m-1")).toBeUndefined();
  });

  test("another project has neither the file nor its task", async () => {
    const { id } = await taken("user_id\nother-1\n");
    const other = await stack.createProject();
    for (const line of [`POST /imports/${id}/dry-run`, `POST /imports/${id}/run`]) {
      expect((await askApp(stack, other, line, { mapping: { user_id: "user_id" } })).status).toBe(404);
    }
    expect((await askApp(stack, other, `GET /imports/${id}/errors.csv`)).status).toBe(404);
    expect((await ask(`GET /imports/${id}/errors.csv`)).status).toBe(409);
  });
});

describe("rows", () => {
  test("what spreadsheets did to cells is named by line, column and value; the other rows go in", async () => {
    const file = [
      "id,mobile,opt,score,since,note",
      "r-1,+353 85 000 0001,TRUE,7,2026-01-31,=1+1",
      "r-2,3.53871E+11,1,,,",
      "r-3,00353850000003,1,,,",
      "r-4,'+353850000004,1,,,",
      "r-5,0850000005,1,,,",
      'r-6,,,"1,234.5",,',
      "r-7,,,,12/11/2026,",
      '3.5E+11,,,,,"',
      'two lines"',
      "r-8,,,,,a\u202eb",
      "r-9,,,,,a\u0000b",
      "r-10,,,,",
      "r-11,,maybe,,,-2",
      "r-12,,,,,@x",
    ].join("\n");
    const mapping = {
      id: "user_id",
      mobile: "mobile_number",
      opt: "sms_subscription",
      score: "score",
      since: "since",
      note: "note",
    };
    const { id, dry, task } = await importFile(file, mapping);
    const errors = dry.errors as { line: number; column: string; message: string; value?: string }[];
    expect(errors.map(({ line, column }) => [line, column])).toEqual([
      [3, "mobile"],
      [4, "mobile"],
      [5, "mobile"],
      [6, "mobile"],
      [7, "score"],
      [8, "since"],
      [9, "id"],
      [11, "note"],
      [12, "note"],
      [13, ""],
      [14, "opt"],
    ]);
    expect(errors[0]?.message).toMatch(/changed by a spreadsheet/);
    expect(errors[2]?.message).toMatch(/apostrophe/);
    expect(errors[4]).toMatchObject({
      message: expect.stringMatching(/spreadsheet changed this number/),
      value: "1,234.5",
    });
    expect(dry).toMatchObject({ rows: 13, valid: 2, invalid: 11, created: 2, updated: 0 });
    expect(task).toMatchObject({ status: "completed", progress: 13, total: 13, errors_count: 11 });
    expect(await profileOf("r-1")).toMatchObject({
      mobile_number: "353850000001",
      sms_subscription: 1,
      score: 7,
      note: "=1+1",
    });
    expect(await profileOf("r-2")).toBeUndefined();
    const list = await ask(`GET /imports/${id}/errors.csv`);
    expect(list.headers.get("content-disposition")).toBe(`attachment; filename="import-${id}-errors.csv"`);
    const lines = (list.body as string).split("\r\n");
    expect(lines[0]).toBe("line,column,message,value");
    expect(lines.find((line) => line.startsWith("5,"))).toMatch(/,''\+353850000004$|,'\+353850000004$/);
    expect(lines).toHaveLength(errors.length + 2);
  });

  test("an error that begins like a formula does not run in a spreadsheet", async () => {
    const { id } = await importFile("user_id,email,opt\nf-1,=cmd|' /C calc'!A0,1\n", {
      user_id: "user_id",
      email: "email",
      opt: "email_subscription",
    });
    expect((await ask(`GET /imports/${id}/errors.csv`)).body).toContain(",'=cmd|");
  });

  test("a header alone ends failed; empty cells leave values; constants say what is true of all", async () => {
    const { task } = await importFile("user_id,name\n", MAPPED);
    expect(task).toMatchObject({ status: "failed", error: "The file has no rows.", total: 0 });
    await importFile("user_id,name\nc-1,Ada\n", MAPPED);
    const mapping = { ...MAPPED, mail: "email" };
    const constants = { email_subscription: 1, source: "fair" };
    const again = await importFile("user_id,name,mail\nc-1,,ada@example.org\n", mapping, constants);
    expect(again.dry).toMatchObject({ created: 0, updated: 1 });
    expect(await profileOf("c-1")).toMatchObject({
      first_name: "Ada",
      email: "ada@example.org",
      email_subscription: 1,
      source: "fair",
    });
  });
});

describe("a long one", () => {
  const ROWS = 24_000;
  const file = `user_id,name,n\n${Array.from({ length: ROWS }, (_, i) => `long-${i},Name ${i},${i % 100 === 0 ? "1e+9" : i}`).join("\n")}\n`;
  const mapping = { ...MAPPED, n: "n" };

  /** Waits for so many rows, then keeps the task from going on while `work` does its part. */
  async function between(taskId: number, wanted: number, work: (progress: number) => void): Promise<void> {
    const held = (): Promise<boolean> =>
      stack.owner.begin(async (tx) => {
        // Each batch writes the task's row first: this waits for the one under way, and the next one for this.
        const [task] = await tx<{ progress: number }[]>`
          select progress from tasks where id = ${taskId} and progress >= ${wanted} for update`;
        if (task !== undefined) work(task.progress);
        return task !== undefined;
      });
    await until(held, (isHeld) => isHeld);
  }

  test("goes on where its worker stopped, and each row is applied once", async () => {
    const { id } = await taken(file);
    const before = await countProfiles();
    const run = await ask(`POST /imports/${id}/run`, { mapping });
    const { task_id: taskId } = run.body.data;
    const twice = await ask(`POST /imports/${id}/run`, { mapping });
    expect([twice.status, twice.body.error.code]).toEqual([409, "conflict"]);
    let stopped = Promise.resolve();
    await between(taskId, 1, (progress) => {
      expect(progress).toBeLessThan(ROWS);
      stopped = worker.stop();
    });
    await stopped;
    const { body } = await ask(`GET /tasks/${taskId}`);
    expect(body.data.status).toBe("running");
    expect(body.data.progress).toBeLessThan(ROWS);
    worker = await stack.startWorker();
    const { body: end } = await ended(taskId);
    expect(end.data).toMatchObject({ status: "completed", progress: ROWS, errors_count: ROWS / 100 });
    expect((await countProfiles()) - before).toBe(ROWS - ROWS / 100);
    expect(await profileOf("long-23999")).toMatchObject({ first_name: "Name 23999", n: 23_999 });
    const errors = ((await ask(`GET /imports/${id}/errors.csv`)).body as string).split("\r\n");
    expect(errors).toHaveLength(ROWS / 100 + 2);
    const parts = await stack.owner`select from import_files where import_id = ${id}`;
    expect(parts).toHaveLength(0);
  }, 180_000);

  test("a worker that was given up for dead writes nothing beside its successor", async () => {
    const rows = Array.from({ length: 9_000 }, (_, i) => `zombie-${i},${i % 50 === 0 ? "1e+9" : "Z"}`);
    const { id } = await taken(`user_id,name\n${rows.join("\n")}\n`);
    const second = await stack.startWorker();
    const before = await countProfiles();
    const run = await ask(`POST /imports/${id}/run`, { mapping: MAPPED });
    const { task_id: taskId } = run.body.data;
    // Twice, so that both workers lose it in the middle.
    for (const wanted of [1, 3_000]) {
      // What the end of a lease does, between two batches that the test chooses.
      await until(
        () => stack.owner`
          update tasks set state = 0, claim = null
          where id = ${taskId} and state = 1 and progress >= ${wanted} and progress < 9000 returning id`,
        (rows) => rows.length === 1,
      );
      await stack.owner`select pg_notify('carillon_task', '')`;
    }
    const { body } = await ended(taskId);
    expect(body.data).toMatchObject({ status: "completed", progress: 9_000, errors_count: 180 });
    expect((await countProfiles()) - before).toBe(9_000 - 180);
    const errors = ((await ask(`GET /imports/${id}/errors.csv`)).body as string).split("\r\n");
    expect(new Set(errors).size).toBe(180 + 2);
    const [task] = await stack.owner<{ tries: number }[]>`select tries from tasks where id = ${taskId}`;
    expect(task?.tries).toBeGreaterThan(1);
    await second.stop();
  }, 180_000);

  test("the same file again makes nobody", async () => {
    const before = await countProfiles();
    const { dry, task } = await importFile(file, mapping);
    expect(dry).toMatchObject({ rows: ROWS, created: 0, updated: ROWS - ROWS / 100, invalid: ROWS / 100 });
    expect(dry.errors).toHaveLength(100);
    expect(task.status).toBe("completed");
    expect(await countProfiles()).toBe(before);
    const { body } = await ask("GET /tasks?limit=1");
    expect([body.data[0].id, typeof body.next]).toEqual([task.id, "string"]);
    expect((await ask(`GET /imports/${task.import_id}`)).body.data).toMatchObject({
      rows: ROWS,
      task_id: task.id,
    });
  }, 180_000);
});
