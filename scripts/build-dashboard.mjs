/**
 * node scripts/build-dashboard.mjs [--if-stale]: builds the dashboard into dist/dashboard, with a brotli and a gzip
 * form of each file beside it. With --if-stale it does nothing where the build fits the sources, which their hash in
 * dist/dashboard/.build tells. Built aside and moved into place, so that a server or a second build that runs at the
 * same time sees one whole build or the other.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const SOURCES = join(ROOT, "dashboard");
const OUT = join(ROOT, "dist", "dashboard");
const STAMP = ".build";
/** What the build is made of; the lock file stands for the packages. */
const INPUTS = ["index.html", "vite.config.ts", "page-files.ts", "package.json", "src"].map((name) =>
  join(SOURCES, name),
);
const TEXTS = /\.(js|css|svg|json)$/;
/** Below that a compressed form saves nothing that counts. */
const WORTH_BYTES = 1_024;

const say = (sentence) => process.stderr.write(`carillon: ${sentence}\n`);

const filesOf = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

function hashOfSources() {
  const hash = createHash("sha256").update(readFileSync(join(ROOT, "package-lock.json")));
  const files = INPUTS.flatMap((path) => (/\.\w+$/.test(path) ? [path] : filesOf(path)));
  for (const file of files) hash.update(`\n${relative(SOURCES, file)}\n`).update(readFileSync(file));
  return hash.digest("hex");
}

function stampOf(folder) {
  try {
    return readFileSync(join(folder, STAMP), "utf8");
  } catch {
    return null;
  }
}

function compressAll(folder) {
  for (const file of filesOf(folder).filter((name) => TEXTS.test(name))) {
    const bytes = readFileSync(file);
    if (bytes.length < WORTH_BYTES) continue;
    const quality = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params: quality }));
    writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
  }
}

/**
 * A rename onto a folder fails while it has files, so the old build goes aside first. One of the same sources that
 * was put there while this one was made stays: somebody may be reading it.
 */
function moveIntoPlace(built, { hash, replaced }) {
  if (replaced !== hash && stampOf(OUT) === hash) return;
  const old = `${OUT}.old-${process.pid}`;
  try {
    if (existsSync(OUT)) renameSync(OUT, old);
    renameSync(built, OUT);
  } catch (error) {
    // Another build was quicker; it is made of the same sources or of newer ones.
    if (!existsSync(OUT)) throw error;
    rmSync(built, { recursive: true, force: true });
  }
  rmSync(old, { recursive: true, force: true });
}

async function build(hash) {
  const startMs = performance.now();
  const replaced = stampOf(OUT);
  const aside = `${OUT}.new-${process.pid}`;
  mkdirSync(dirname(OUT), { recursive: true });
  process.env.CARILLON_DASHBOARD_OUT = aside;
  // A test runner says "test", and would get the larger and slower React of development.
  process.env.NODE_ENV = "production";
  const { build: viteBuild } = await import("vite");
  try {
    await viteBuild({ configFile: join(SOURCES, "vite.config.ts"), logLevel: "warn", mode: "production" });
    compressAll(aside);
    writeFileSync(join(aside, STAMP), hash);
    moveIntoPlace(aside, { hash, replaced });
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
  say(`the dashboard is built (${((performance.now() - startMs) / 1000).toFixed(1)} s)`);
}

const hash = hashOfSources();
if (!process.argv.includes("--if-stale") || stampOf(OUT) !== hash) {
  try {
    await build(hash);
  } catch (error) {
    say(`the dashboard cannot be built: ${error.message}`);
    process.exitCode = 1;
  }
}
