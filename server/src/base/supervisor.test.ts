import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { isAlive } from "./embedded-postgres/process-table.ts";
import { createLog } from "./log.ts";
import { type ChildExit, createSupervisor, type Supervisor, type SupervisorOptions } from "./supervisor.ts";

const log = createLog({ level: "silent", name: "test" });
const fixtures = join(import.meta.dirname, "fixtures");
// Every child is a process, whose start takes a second where the machine is busy.
vi.setConfig({ testTimeout: 120_000 });

let dir: string;
let running: Supervisor[] = [];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "carillon-supervisor-"));
});
afterEach(async () => {
  for (const supervisor of running) await supervisor.stop();
  running = [];
  rmSync(dir, { recursive: true, force: true });
});

const diary = (): string => join(dir, "diary");
const notes = (): string[] => {
  const text = existsSync(diary()) ? readFileSync(diary(), "utf8") : "";
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => line.replace(/ \d+$/, ""));
};
const count = (note: string): number => notes().filter((line) => line === note).length;
const until = (check: () => boolean) => expect.poll(check, { timeout: 60_000, interval: 10 }).toBe(true);
const child = (name: string, mode = "calm") => {
  return { name, module: join(fixtures, "supervised-child.ts"), args: [name, diary(), mode] };
};

function supervise(options: Partial<SupervisorOptions>): { supervisor: Supervisor; exits: ChildExit[] } {
  const exits: ChildExit[] = [];
  const supervisor = createSupervisor({
    log,
    children: [child("one")],
    restart: { baseMs: 50, maxMs: 400, resetMs: 60_000 },
    onExit: (exit) => void exits.push(exit),
    ...options,
  });
  running.push(supervisor);
  return { supervisor, exits };
}

test("starts in order, each after the readiness of the one before; stops in reverse", async () => {
  const { supervisor, exits } = supervise({ children: [child("one"), child("two")] });
  await supervisor.start();
  expect([...supervisor.pids().keys()]).toEqual(["one", "two"]);
  await Promise.all([supervisor.stop(), supervisor.stop()]);
  expect(notes()).toEqual([
    ...["one start", "one ready", "two start", "two ready"],
    ...["two sigterm", "two stop", "one sigterm", "one stop"],
  ]);
  expect(exits.map((exit) => exit.unexpected)).toEqual([false, false]);
  expect(supervisor.pids().size).toBe(0);
});

test("a stage of several starts and stops together", async () => {
  const { supervisor } = supervise({
    children: [child("one"), [child("a"), child("b", "stubborn")]],
    stopTimeoutMs: 300,
  });
  await supervisor.start();
  const pids = supervisor.pids();
  await supervisor.stop();
  const lines = notes();
  expect(lines.indexOf("a stop")).toBeLessThan(lines.indexOf("one sigterm"));
  expect(lines.indexOf("b sigterm")).toBeLessThan(lines.indexOf("one sigterm"));
  for (const pid of pids.values()) expect(isAlive(pid)).toBe(false);
});

test("a child that is killed comes back at once, and the hook hears of it", async () => {
  const { supervisor, exits } = supervise({ children: [child("one"), child("two")] });
  await supervisor.start();
  const before = supervisor.pids();
  process.kill(before.get("two")!, "SIGKILL");
  await until(() => count("two ready") === 2);
  expect(exits).toEqual([
    { pid: before.get("two"), name: "two", code: null, signal: "SIGKILL", unexpected: true },
  ]);
  expect(supervisor.pids().get("one")).toBe(before.get("one"));
  expect(supervisor.pids().get("two")).not.toBe(before.get("two"));
});

async function killOften(supervisor: Supervisor, times: number): Promise<void> {
  for (let round = 1; round <= times; round += 1) {
    const pid = supervisor.pids().get("one")!;
    const ready = count("one ready");
    process.kill(pid, "SIGKILL");
    await until(() => ![pid, undefined].includes(supervisor.pids().get("one")));
    await until(() => count("one ready") > ready);
  }
}

test("deaths in a row are answered slower and slower, up to the bound", async () => {
  // From the end of a child to the start of the next, by the supervisor's own log: no child's slowness counts.
  const waitsMs: number[] = [];
  let diedMs = 0;
  const write = (line: string): void => {
    const { msg } = JSON.parse(line);
    if (msg === "child died") diedMs = performance.now();
    else if (msg === "child started" && diedMs > 0) waitsMs.push(performance.now() - diedMs);
  };
  const { supervisor } = supervise({
    log: createLog({ level: "debug", name: "test", destination: { write } }),
    restart: { baseMs: 1_000, maxMs: 2_000, resetMs: 60_000 },
  });
  await supervisor.start();
  await killOften(supervisor, 4);
  const [first, second, third, fourth] = waitsMs as [number, number, number, number];
  expect(first).toBeLessThan(1_000);
  // Timers round to whole milliseconds.
  expect(second).toBeGreaterThan(995);
  expect(third).toBeGreaterThan(1_995);
  expect(fourth).toBeGreaterThan(1_995);
});

test("a child that has lived long enough comes back at once again", async () => {
  const { supervisor } = supervise({ restart: { baseMs: 60_000, maxMs: 60_000, resetMs: 0 } });
  await supervisor.start();
  await killOften(supervisor, 3);
  expect(count("one ready")).toBe(4);
});

test("a start that fails four times is given up, and says which child and how", async () => {
  const { supervisor, exits } = supervise({ children: [child("one"), child("bad", "broken")] });
  await expect(supervisor.start()).rejects.toThrow("child bad ended 4 times before it was ready (exit 3)");
  expect(exits).toHaveLength(4);
  await supervisor.stop();
  expect(count("one stop")).toBe(1);
});

test("a child that never gets ready is killed and tried again", async () => {
  const { supervisor, exits } = supervise({
    children: [child("slow", "never-ready")],
    readyTimeoutMs: 1_000,
  });
  const starting = supervisor.start().catch((error: Error) => error.message);
  // Whether it lives long enough to write into its diary is the machine's doing.
  await until(() => exits.length > 0 && ![exits[0]?.pid, undefined].includes(supervisor.pids().get("slow")));
  expect(exits[0]).toMatchObject({ signal: "SIGKILL", unexpected: true });
  await supervisor.stop();
  expect(await starting).toContain("was stopped before it was ready");
});

test("a child that does not stop is killed after the bound", async () => {
  // The least time of a stage is 2 s, so this takes that long.
  const { supervisor, exits } = supervise({ children: [child("hard", "stubborn")], stopTimeoutMs: 100 });
  await supervisor.start();
  await supervisor.stop();
  expect(notes().at(-1)).toBe("hard sigterm");
  expect(exits).toMatchObject([{ signal: "SIGKILL", unexpected: false }]);
});

test("a stop during the wait for a restart leaves nothing behind", async () => {
  const { supervisor } = supervise({ restart: { baseMs: 60_000, maxMs: 60_000, resetMs: 60_000 } });
  await supervisor.start();
  for (const lives of [2, 3]) {
    process.kill(supervisor.pids().get("one")!, "SIGKILL");
    await until(() => (lives === 3 ? supervisor.pids().size === 0 : count("one ready") === lives));
  }
  await supervisor.stop();
  expect(count("one start")).toBe(2);
});

test("a hook that throws hinders nothing", async () => {
  const { supervisor } = supervise({
    onExit: () => {
      throw new Error("hook");
    },
  });
  await supervisor.start();
  process.kill(supervisor.pids().get("one")!, "SIGKILL");
  await until(() => count("one ready") === 2);
});

async function startParent() {
  const parent = spawn(process.execPath, [join(fixtures, "supervising-parent.ts"), diary()], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(parent.stdout, "data");
  return parent;
}

test.each(["SIGTERM", "SIGINT"] as const)(
  "%s to the supervisor's process stops all and lets it end",
  async (name) => {
    const parent = await startParent();
    parent.kill(name);
    parent.kill(name);
    const [code] = await once(parent, "exit");
    expect(code).toBe(0);
    expect(notes().slice(-4)).toEqual(["second sigterm", "second stop", "first sigterm", "first stop"]);
  },
);

test("the children of a killed supervisor notice and end", async () => {
  const parent = await startParent();
  const pids = readFileSync(diary(), "utf8").matchAll(/start (\d+)/g);
  parent.kill("SIGKILL");
  await until(() => count("first orphan") === 1 && count("second orphan") === 1);
  for (const [, pid] of pids) await until(() => !isAlive(Number(pid)));
});
