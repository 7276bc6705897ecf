import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import postgres from "postgres";
import { afterEach, expect, test, vi } from "vitest";
import { isAlive } from "./embedded-postgres/process-table.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "./embedded-postgres.ts";
import { createLog } from "./log.ts";

const log = createLog({ level: "silent", name: "test" });
const isRoot = process.geteuid?.() === 0;
const NOBODY = 65_534;
// A cluster is made in a second or two, and in ten where the machine is busy; some tests make several.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const atEnd: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of atEnd.splice(0).reverse()) await end();
});

function makeDir(): string {
  // The space is on purpose: clones stand in such paths.
  const dir = mkdtempSync(join(tmpdir(), "carillon pg-"));
  atEnd.push(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

async function start(dataDir: string, port?: number): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, log, ...(port === undefined ? {} : { port }) });
  atEnd.push(() => server.stop("immediate"));
  return server;
}

async function query(server: { url: string }, text: string): Promise<Record<string, unknown>[]> {
  const sql = postgres(server.url, { max: 1, onnotice: () => undefined });
  try {
    return await sql.unsafe(text);
  } finally {
    await sql.end({ timeout: 1 });
  }
}

async function refusal(dataDir: string, port?: number): Promise<{ kind: string; message: string }> {
  const error = await start(dataDir, port).then(
    () => new Error("it started"),
    (reason: unknown) => reason,
  );
  expect(error).toHaveProperty("kind");
  return error as { kind: string; message: string };
}

interface Child {
  readonly process: ChildProcessWithoutNullStreams;
  readonly said: Record<string, string> & { pid: number; url: string };
}

/** Starts the server from a process of its own, as `uid` where we may choose. */
async function startInChild(dataDir: string, uid?: number): Promise<Child> {
  const script = join(import.meta.dirname, "fixtures/embedded-postgres-child.ts");
  const as = uid === undefined ? {} : { uid, gid: uid };
  const child = spawn(process.execPath, [script, dataDir], { ...as, env: {}, cwd: "/" });
  atEnd.push(() => child.kill("SIGKILL"));
  let noise = "";
  child.stderr.on("data", (part) => {
    noise += String(part);
  });
  for await (const line of createInterface({ input: child.stdout })) {
    return { process: child, said: JSON.parse(line) };
  }
  throw new Error(`the child said nothing: ${noise}`);
}

async function untilBusy(server: EmbeddedPostgres): Promise<void> {
  const text =
    "select count(*)::integer as n from pg_stat_activity where query like '%' || 'generate_series(1, 300000000)'";
  await expect.poll(() => query(server, text), { timeout: 60_000, interval: 20 }).toEqual([{ n: 1 }]);
}

test("a new directory becomes a database; what is written survives a restart", async () => {
  const dir = join(makeDir(), "deep", "postgres");
  const first = await start(dir);
  expect(first).toMatchObject({ adopted: false });
  const [settings] = await query(
    first,
    `select current_setting('data_checksums') as checksums, current_setting('fsync') as fsync,
       current_setting('listen_addresses') as address, current_setting('server_encoding') as encoding,
       current_setting('synchronous_commit') as commit, current_setting('jit') as jit,
       lower('ÅÉ') as lower, 'Z' < 'a' as by_code_point, current_database() as database`,
  );
  expect(settings).toEqual({
    checksums: "on",
    fsync: "on",
    address: "127.0.0.1",
    encoding: "UTF8",
    commit: "on",
    jit: "off",
    lower: "åé",
    by_code_point: true,
    database: "carillon",
  });
  expect(statSync(dir).mode & 0o777).toBe(0o700);
  expect(statSync(join(dir, "password")).mode & 0o777).toBe(0o600);
  await query(first, "create table kept as select 42 as value");
  await first.stop();
  await first.stop();
  expect(await first.exited).toMatchObject({ code: 0, unexpected: false });
  expect(isAlive(first.pid)).toBe(false);

  const second = await start(dir);
  expect(second.url).toBe(first.url);
  expect(await query(second, "select value from kept")).toEqual([{ value: 42 }]);
});

test("without the password nobody gets in", async () => {
  const server = await start(makeDir());
  const url = server.url.replace(/:[^:@]+@/, ":guess@");
  await expect(query({ url }, "select 1")).rejects.toMatchObject({ code: "28P01" });
});

test("fsync cannot be switched off, not even by ALTER SYSTEM", async () => {
  const dir = makeDir();
  const first = await start(dir);
  await query(first, "alter system set fsync = off");
  await query(first, "alter system set work_mem = '9MB'");
  await first.stop();
  const [settings] = await query(
    await start(dir),
    "select current_setting('fsync') as fsync, current_setting('work_mem') as work_mem",
  );
  expect(settings).toEqual({ fsync: "on", work_mem: "9MB" });
});

test("kill -9 of the postmaster with a busy backend: exited tells, and a restart has every commit", async () => {
  const dir = makeDir();
  const first = await start(dir);
  await query(first, "create table kept as select 42 as value");
  const busy = query(first, "select count(*) from generate_series(1, 300000000)").catch(() => "cut");
  await untilBusy(first);
  process.kill(first.pid, "SIGKILL");
  expect(await first.exited).toEqual({ code: null, signal: "SIGKILL", unexpected: true });

  const second = await start(dir);
  expect(second.adopted).toBe(false);
  expect(await query(second, "select value from kept")).toEqual([{ value: 42 }]);
  expect(await busy).toBe("cut");
});

test("a server whose launcher was killed is adopted, and can be stopped", async () => {
  const dir = makeDir();
  const child = await startInChild(dir);
  await query(child.said, "create table kept as select 42 as value");
  child.process.kill("SIGKILL");
  await once(child.process, "exit");

  const server = await start(dir);
  expect(server).toMatchObject({ adopted: true, pid: child.said.pid, url: child.said.url });
  expect(await query(server, "select value from kept")).toEqual([{ value: 42 }]);
  await server.stop();
  expect(await server.exited).toMatchObject({ unexpected: false });
  expect(isAlive(server.pid)).toBe(false);
});

test("an adopted server that dies is noticed", async () => {
  const dir = makeDir();
  const child = await startInChild(dir);
  child.process.kill("SIGKILL");
  await once(child.process, "exit");
  const server = await start(dir);
  process.kill(server.pid, "SIGKILL");
  expect(await server.exited).toMatchObject({ unexpected: true });
  expect((await start(dir)).adopted).toBe(false);
});

test("a second launcher is told who holds the directory; when that one stops, it may start", async () => {
  const dir = makeDir();
  const child = await startInChild(dir);
  const { kind, message } = await refusal(dir);
  expect(kind).toBe("held");
  expect(message).toContain(`process ${child.process.pid} `);
  child.process.stdin.end();
  await once(child.process, "exit");
  expect((await start(dir)).adopted).toBe(false);
});

test("a port that was taken meanwhile is replaced; one that was asked for is reported", async () => {
  const dir = makeDir();
  const first = await start(dir);
  await first.stop();
  const port = Number(new URL(first.url).port);
  const blocker = createServer().listen({ port, host: "127.0.0.1" });
  await once(blocker, "listening");
  atEnd.push(() => blocker.close());

  const { kind, message } = await refusal(dir, port);
  expect(kind).toBe("port");
  expect(message).toContain(`127.0.0.1:${port}`);
  const second = await start(dir);
  expect(new URL(second.url).port).not.toBe(String(port));
  await second.stop();
  expect((await start(dir)).url).toBe(second.url);
});

test("a directory of another major version is refused and left as it is", async () => {
  const dir = makeDir();
  await (await start(dir)).stop();
  const file = join(dir, "cluster/PG_VERSION");
  chmodSync(file, 0o600);
  writeFileSync(file, "17\n");
  const { kind, message } = await refusal(dir);
  expect(kind).toBe("version");
  expect(message).toMatch(/PostgreSQL 17.*PostgreSQL 18/);
  writeFileSync(file, "18\n");
  await start(dir);
});

test("a half initdb of a crash is thrown away", async () => {
  const dir = makeDir();
  mkdirSync(join(dir, "cluster.new", "base"), { recursive: true });
  writeFileSync(join(dir, "cluster.new", "PG_VERSION"), "18\n");
  await start(dir);
  expect(existsSync(join(dir, "cluster.new"))).toBe(false);
});

test("a stale postmaster.pid does not hinder, also when another process has its pid by now", async () => {
  const dir = makeDir();
  await (await start(dir)).stop();
  for (const pid of [process.pid, 4_194_303]) {
    const lines = [pid, join(dir, "cluster"), 1, 5432, "", "127.0.0.1", "123 456", "ready", ""];
    writeFileSync(join(dir, "cluster/postmaster.pid"), lines.join("\n"), { mode: 0o600 });
    const server = await start(dir);
    expect(server.adopted).toBe(false);
    await server.stop();
  }
});

test("a directory that cannot be made is a plain sentence", async () => {
  const file = join(makeDir(), "file");
  writeFileSync(file, "");
  const { kind, message } = await refusal(join(file, "postgres"));
  expect(kind).toBe("permission");
  expect(message).toContain(file);
});

test.runIf(isRoot)("an ordinary user's directory is run as that user, by himself and by root", async () => {
  const dir = makeDir();
  chownSync(dir, NOBODY, NOBODY);
  const child = await startInChild(dir, NOBODY);
  expect(child.said).toMatchObject({ adopted: false });
  await query(child.said, "create table kept as select 42 as value");
  child.process.stdin.end();
  await once(child.process, "exit");

  const server = await start(dir);
  expect(await query(server, "select value from kept")).toEqual([{ value: 42 }]);
  expect(readFileSync(`/proc/${server.pid}/status`, "utf8")).toMatch(/^Uid:\s+65534\s+65534/m);
  await server.stop();
  const again = await startInChild(dir, NOBODY);
  expect(again.said).toMatchObject({ adopted: false });
  again.process.stdin.end();
  await once(again.process, "exit");
});

test.runIf(isRoot)("another user's directory is refused to an ordinary user", async () => {
  const dir = makeDir();
  chmodSync(dir, 0o777);
  const child = await startInChild(dir, NOBODY);
  expect(child.said).toMatchObject({ kind: "permission" });
  expect(child.said.message).toContain("belongs to user 0");
});

function mountSmallDisk(sizeMb: number): string | null {
  const dir = makeDir();
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${sizeMb}m`, "tmpfs", dir], { stdio: "ignore" });
  } catch {
    return null;
  }
  atEnd.push(() => execFileSync("umount", ["-l", dir]));
  return dir;
}

test.runIf(isRoot && process.platform === "linux")("a full disk is a plain sentence", async (context) => {
  const dir = mountSmallDisk(20);
  if (dir === null) return context.skip("tmpfs cannot be mounted here");
  const { kind, message } = await refusal(join(dir, "postgres"));
  expect(kind).toBe("disk_full");
  expect(message).toContain("free some space");
});
