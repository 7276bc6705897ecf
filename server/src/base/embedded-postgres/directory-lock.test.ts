import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { takeDirectoryLock } from "./directory-lock.ts";
import { isAlive, startOf } from "./process-table.ts";

let dir: string;
let path: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "carillon-lock-"));
  path = join(dir, "lock");
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test("held once, free after the release, nothing left behind", () => {
  const release = takeDirectoryLock(path);
  expect(() => takeDirectoryLock(path)).toThrow(`process ${process.pid} `);
  release();
  release();
  expect(readdirSync(dir)).toEqual([]);
  takeDirectoryLock(path)();
});

test("a dead holder's lock, a reused pid's lock and a broken lock are taken over", () => {
  const dead = Number(execFileSync("/bin/sh", ["-c", "echo $$"], { encoding: "utf8" }));
  const stale = [
    JSON.stringify({ pid: dead, start: "x" }),
    JSON.stringify({ pid: process.pid, start: "another start" }),
    "",
    "{",
    "{}",
  ];
  for (const text of stale) {
    writeFileSync(path, text);
    const release = takeDirectoryLock(path);
    expect(existsSync(path)).toBe(true);
    release();
  }
  expect(readdirSync(dir)).toEqual([]);
});

test("a release does not remove a lock that is another's by now", () => {
  const release = takeDirectoryLock(path);
  writeFileSync(path, JSON.stringify({ pid: 1, start: "other" }));
  release();
  expect(existsSync(path)).toBe(true);
});

test("a zombie is not alive", async () => {
  // The shell's child ends, and the shell becomes a program that never reaps it.
  const parent = spawn("/bin/sh", ["-c", "true & echo $!; exec sleep 60"]);
  const [line] = await once(parent.stdout, "data");
  const pid = Number(String(line));
  await expect.poll(() => isAlive(pid), { timeout: 20_000 }).toBe(false);
  parent.kill("SIGKILL");
});

test("the start of a process is stable and tells two processes apart", async () => {
  expect(startOf(process.pid)).toBe(startOf(process.pid));
  expect(startOf(process.pid)).not.toBe(startOf(1));
  expect(startOf(4_194_303)).toBeNull();
});
