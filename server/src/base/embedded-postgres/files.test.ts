import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findBinaries } from "./binaries.ts";
import { classifyOutput, errorFromOutput, errorFromSystem } from "./error.ts";
import { chooseIdentity, type Identity } from "./identity.ts";
import { cutLogFile, readFrom, sizeOf } from "./log-file.ts";
import { serverConf } from "./settings.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "carillon-files-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const isRoot = process.geteuid?.() === 0;

/** A package as npm unpacks it when install scripts are skipped: files, a list of links, no links. */
function fakePackage(): string {
  const root = join(dir, "package");
  for (const folder of ["native/bin", "native/lib/postgresql"])
    mkdirSync(join(root, folder), { recursive: true });
  for (const file of ["bin/postgres", "bin/initdb", "lib/libx.so.6.2"])
    writeFileSync(join(root, "native", file), "");
  writeFileSync(join(root, "package.json"), JSON.stringify({ version: "18.4.0-beta.1" }));
  const links = [{ source: "native/lib/libx.so.6.2", target: "native/lib/libx.so.6" }];
  writeFileSync(join(root, "native/pg-symlinks.json"), JSON.stringify(links));
  return root;
}

test("missing links are made in the package, once", () => {
  const packageDir = fakePackage();
  for (let round = 0; round < 2; round += 1) {
    const found = findBinaries({ packageDir, linkDir: join(dir, "links") });
    expect(found.major).toBe("18");
    expect(found.env).not.toHaveProperty("LD_LIBRARY_PATH");
  }
  expect(readlinkSync(join(packageDir, "native/lib/libx.so.6"))).toBe("libx.so.6.2");
  expect(existsSync(join(dir, "links"))).toBe(false);
});

test("where the package is read-only, the links go elsewhere and the loader is told", () => {
  const packageDir = fakePackage();
  const linkDir = join(dir, "links");
  chmodSync(join(packageDir, "native/lib"), 0o555);
  chmodSync(dir, 0o755);
  mkdirSync(linkDir);
  if (isRoot) chownSync(linkDir, 65_534, 65_534);
  const code = `import { findBinaries } from ${JSON.stringify(join(import.meta.dirname, "binaries.ts"))};
    const options = ${JSON.stringify({ packageDir, linkDir })};
    findBinaries(options);
    console.log(JSON.stringify(findBinaries(options).env));`;
  const run = spawnSync(process.execPath, ["--input-type=module", "-e", code], {
    ...(isRoot ? { uid: 65_534, gid: 65_534 } : {}),
    cwd: "/",
    encoding: "utf8",
  });
  chmodSync(join(packageDir, "native/lib"), 0o755); // or the clean-up cannot remove what is in it
  expect(run.stderr).toBe("");
  const libDir = join(packageDir, "native/lib");
  const variable = process.platform === "darwin" ? "DYLD_LIBRARY_PATH" : "LD_LIBRARY_PATH";
  expect(JSON.parse(run.stdout)).toMatchObject({ [variable]: `${linkDir}:${libDir}` });
  expect(readlinkSync(join(linkDir, "libx.so.6"))).toBe(join(libDir, "libx.so.6.2"));
});

test("a package without binaries says what to do", () => {
  const packageDir = fakePackage();
  rmSync(join(packageDir, "native/bin/initdb"));
  expect(() => findBinaries({ packageDir, linkDir: dir })).toThrow(/initdb is missing.*DATABASE_URL/);
});

const OUTPUTS: [string, string][] = [
  ['LOG: could not bind IPv4 address "127.0.0.1": Address already in use', "port"],
  ['FATAL: could not write lock file "postmaster.pid": No space left on device', "disk_full"],
  ["initdb: error: could not create directory: Disk quota exceeded", "disk_full"],
  ["FATAL: database files are incompatible with server", "version"],
  ["FATAL: pre-existing shared memory block (key 1, ID 2) is still in use", "busy"],
  ['FATAL: lock file "postmaster.pid" already exists', "busy"],
  ['FATAL: data directory "/x" has wrong ownership', "permission"],
  ["FATAL: could not map anonymous shared memory: Cannot allocate memory", "memory"],
  ["postgres: error while loading shared libraries: libicui18n.so.60", "no_binaries"],
  ["Segmentation fault", "failed"],
];

test.each(OUTPUTS)("%s is understood as %s", (output, kind) => {
  expect(classifyOutput(output)).toBe(kind);
  const error = errorFromOutput(`LOG: starting\n${output}\nLOG: database system is shut down`, "/data");
  expect(error.message).toContain("/data");
  if (kind !== "failed") expect(error.message).toContain(output.replace(/^LOG: /, ""));
});

test("errors of the system keep their cause and get a kind", () => {
  const full = Object.assign(new Error("write failed"), { code: "ENOSPC" });
  expect(errorFromSystem(full, "/data")).toMatchObject({ kind: "disk_full", cause: full });
  expect(errorFromSystem("odd", "/data")).toMatchObject({ kind: "failed" });
  const own = errorFromOutput("x", "/y");
  expect(errorFromSystem(own, "/data")).toBe(own);
});

test("the log is cut at its bound, keeps one older file, and is read from an offset", () => {
  const path = join(dir, "postgres.log");
  expect(sizeOf(path)).toBe(0);
  cutLogFile(path, 10);
  writeFileSync(path, "old line\n");
  const offset = sizeOf(path);
  appendFileSync(path, "new line\n");
  expect(readFrom(path, offset)).toBe("new line\n");
  cutLogFile(path, 1_000);
  expect(sizeOf(path)).toBe(18);
  cutLogFile(path, 10);
  expect(sizeOf(path)).toBe(0);
  expect(readFileSync(`${path}.1`, "utf8")).toBe("old line\nnew line\n");
  appendFileSync(path, "after\n");
  expect(readFrom(path, offset)).toBe("after\n");
});

test("shared memory follows the machine", () => {
  const settings = { port: 15_000, statementStats: false };
  expect(serverConf(settings, 16_000)).toContain("shared_buffers = 256MB\n");
  expect(serverConf(settings, 1_024)).toContain("shared_buffers = 64MB\n");
  expect(serverConf(settings, 128)).toContain("shared_buffers = 32MB\n");
  expect(serverConf(settings, 128)).not.toContain("pg_stat_statements");
  expect(serverConf({ ...settings, statementStats: true }, 128)).toContain("pg_stat_statements");
});

test.runIf(isRoot)("without user namespaces root hands over to an ordinary user, or says what to do", () => {
  const binaries = findBinaries({ linkDir: join(dir, "links") });
  const blocked: Identity = {
    name: "blocked",
    uid: 0,
    gid: 0,
    wrap: () => ({ command: "/bin/sh", args: ["-c", "echo unshare failed >&2; exit 1"], as: {} }),
  };
  const nobody: Identity = {
    name: "user nobody",
    uid: 65_534,
    gid: 65_534,
    wrap: (command, args) => ({ command, args: [...args], as: { uid: 65_534, gid: 65_534 } }),
  };
  const home = join(dir, "data");
  mkdirSync(home, { mode: 0o700 });
  expect(() => chooseIdentity(home, binaries, [blocked])).toThrow(/refuses to run as root.*unshare failed/);
  // The parent is closed to others: nobody cannot reach the data.
  expect(() => chooseIdentity(home, binaries, [nobody])).toThrow(/refuses to run as root/);
  chmodSync(dir, 0o755);
  expect(chooseIdentity(home, binaries, [blocked, nobody])).toBe(nobody);
});
