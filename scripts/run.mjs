/**
 * node scripts/run.mjs <file> [args]: runs a file of this repository on the Node.js that the repository brings along.
 * node scripts/run.mjs: only installs what is missing.
 * Needs nothing but Node.js 20 and npm: installs what is missing or outdated first, once, also when several start
 * together. Standard streams, signals and the exit code are those of the file.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const MODULES = join(ROOT, "node_modules");
const LOCK_FILE = join(ROOT, "package-lock.json");
const STAMP = join(MODULES, ".carillon-lock");
const NODE_PACKAGE = join(MODULES, "node");
const NODE = join(NODE_PACKAGE, "bin", process.platform === "win32" ? "node.exe" : "node");
/** Outside node_modules, which `npm ci` removes. */
const BUSY_PARENT = join(ROOT, ".carillon");
const BUSY = join(BUSY_PARENT, "install.lock");
const OLDEST_NODE = 20;

/** Ends with one plain sentence; for what the reader can mend. */
class Stop extends Error {}

function say(sentence) {
  process.stderr.write(`carillon: ${sentence}\n`);
}

function lockHash() {
  return createHash("sha256").update(readFileSync(LOCK_FILE)).digest("hex");
}

function readOrNull(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

function isInstalled() {
  if (!existsSync(NODE)) return false;
  if (readOrNull(STAMP) === lockHash()) return true;
  if (!isInstalledByHand()) return false;
  writeStamp();
  return true;
}

/** Somebody ran npm themselves: npm's own record of what it installed says whether it fits the lock file. */
function isInstalledByHand() {
  const record = readOrNull(join(MODULES, ".package-lock.json"));
  if (record === null) return false;
  const installed = JSON.parse(record).packages ?? {};
  const wanted = Object.entries(JSON.parse(readFileSync(LOCK_FILE, "utf8")).packages);
  return wanted.every(([path, entry]) => {
    if (!path.startsWith("node_modules/") || entry.link) return true;
    const found = installed[path];
    if (found === undefined) return entry.optional === true && !isForThisPlatform(entry);
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

/** Optional packages for other systems are rightly missing. With `libc` npm decides; we cannot tell. */
function isForThisPlatform({ os, cpu, libc }) {
  if (os === undefined || cpu === undefined || libc !== undefined) return false;
  return os.includes(process.platform) && cpu.includes(process.arch);
}

function writeStamp() {
  try {
    writeFileSync(STAMP, lockHash());
  } catch {
    // Read-only node_modules: the record of npm is compared again at the next start.
  }
}

async function install() {
  const release = await waitForTurn();
  try {
    if (isInstalled()) return;
    say("installing packages (npm ci); the first time takes a minute");
    const startMs = performance.now();
    await runNpm([
      "ci",
      "--include=dev",
      "--include=optional",
      "--no-audit",
      "--no-fund",
      "--loglevel=error",
    ]);
    if (!existsSync(NODE)) await fetchNode();
    if (!existsSync(NODE)) throw new Stop(missingNode());
    writeStamp();
    say(`packages are installed (${Math.round((performance.now() - startMs) / 1000)} s)`);
  } finally {
    release();
  }
}

/** Where install scripts are switched off, the package `node` lacks its binary; this is what its script does. */
async function fetchNode() {
  say("install scripts were skipped; fetching the binary of Node.js");
  const script = join(NODE_PACKAGE, "installArchSpecificPackage.js");
  if (existsSync(script)) await runToEnd(process.execPath, [script], { cwd: NODE_PACKAGE });
}

function missingNode() {
  const place = `${process.platform}-${process.arch}`;
  return (
    `${NODE} is still missing after the installation. Either there is no Node.js package for ${place}, or npm may ` +
    "not run install scripts: see the messages above, and try `npm rebuild node --foreground-scripts`."
  );
}

async function runNpm(args) {
  // Under `npm start`, npm names its own script; that works without a shell on every system.
  const script = process.env.npm_execpath;
  const viaNode = script?.endsWith(".js") && existsSync(script);
  const [command, before] = viaNode ? [process.execPath, [script]] : ["npm", []];
  const code = await runToEnd(command, [...before, ...args], { cwd: ROOT });
  if (code !== 0) throw new Stop(`npm ${args[0]} failed (exit code ${code}); its messages stand above.`);
}

/** Output goes to stderr: stdout belongs to the file that is run. */
function runToEnd(command, args, { cwd }) {
  return new Promise((done, reject) => {
    const shell = process.platform === "win32" && command === "npm";
    const child = spawn(command, args, { cwd, shell, stdio: ["ignore", 2, 2] });
    child.on("error", (error) => {
      reject(new Stop(`${command} cannot be started (${error.message}); install Node.js with npm.`));
    });
    child.on("exit", (code, signal) => done(code ?? signal));
  });
}

/** Takes the install lock, a directory: making one succeeds for exactly one process. Gives its release. */
async function waitForTurn() {
  for (let isTold = false; ; ) {
    try {
      mkdirSync(BUSY_PARENT, { recursive: true });
      mkdirSync(BUSY);
      writeFileSync(join(BUSY, "pid"), String(process.pid));
      return releaseTurn;
    } catch (error) {
      // ENOENT: another one that is ready has just removed the empty parent.
      if (!["EEXIST", "ENOENT"].includes(error.code)) throw error;
    }
    const holder = readOrNull(join(BUSY, "pid"));
    if (isDead(holder)) clearDeadTurn(holder);
    else {
      if (!isTold) say(`another start (process ${holder ?? "unknown"}) is installing; waiting for it`);
      isTold = true;
      await new Promise((wake) => setTimeout(wake, 300));
    }
  }
}

function releaseTurn() {
  rmSync(BUSY, { recursive: true, force: true });
  try {
    rmdirSync(BUSY_PARENT);
  } catch {
    // It holds data, or the next one's lock.
  }
}

/** A lock without a pid is one being made, or the remains of a crash in that moment: ten seconds tell. */
function isDead(holder) {
  if (holder === null || holder === "") {
    const madeMs = statSync(BUSY, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    return Date.now() - madeMs > 10_000;
  }
  try {
    process.kill(Number(holder), 0);
    return false;
  } catch (error) {
    return error.code === "ESRCH";
  }
}

/** Moved aside before it is removed: of two that clear, the slower must not remove the quicker one's new lock. */
function clearDeadTurn(holder) {
  const aside = `${BUSY}.${process.pid}`;
  try {
    renameSync(BUSY, aside);
  } catch {
    return;
  }
  if (readOrNull(join(aside, "pid")) === holder) rmSync(aside, { recursive: true, force: true });
  else renameSync(aside, BUSY);
}

const FORWARDED = ["SIGTERM", "SIGHUP", "SIGQUIT", "SIGINT", "SIGUSR2"];

/** Becomes the file, as far as one process can become another. */
function become(file, args) {
  const path = [dirname(NODE), join(MODULES, ".bin"), process.env.PATH].filter(Boolean).join(delimiter);
  const child = spawn(NODE, [resolve(ROOT, file), ...args], {
    stdio: "inherit",
    env: { ...process.env, PATH: path },
  });
  for (const signal of FORWARDED) {
    process.on(signal, () => {
      // A Ctrl-C in a terminal reaches the child by itself; twice would look like impatience.
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on("error", (error) => fail(`${NODE} cannot be started: ${error.message}`));
  child.on("exit", (code, signal) => {
    if (signal === null) process.exit(code);
    for (const name of FORWARDED) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  });
}

function fail(sentence) {
  say(sentence);
  process.exit(1);
}

async function main([file, ...args]) {
  const version = Number(process.versions.node.split(".")[0]);
  if (version < OLDEST_NODE)
    throw new Stop(`Node.js ${OLDEST_NODE} or newer is needed; this is ${process.version}.`);
  if (!existsSync(LOCK_FILE)) throw new Stop(`${LOCK_FILE} is missing; this is not a complete clone.`);
  if (!isInstalled()) await install();
  if (file !== undefined) become(file, args);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Stop)) throw error;
  fail(error.message);
}
