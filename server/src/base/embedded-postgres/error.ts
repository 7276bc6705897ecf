/** Why an embedded PostgreSQL cannot run, in one sentence that an operator can act on. */
export type EmbeddedPostgresFault =
  /** No binaries for this platform, or they cannot be executed. */
  | "no_binaries"
  /** We are root and found no way to run PostgreSQL as someone else. */
  | "root"
  /** Another living process of ours has the data directory. */
  | "held"
  /** The data directory was made by another major version. */
  | "version"
  | "permission"
  | "disk_full"
  /** The port that was asked for is taken. */
  | "port"
  | "memory"
  | "timeout"
  | "failed";

export class EmbeddedPostgresError extends Error {
  override readonly name = "EmbeddedPostgresError";
  readonly kind: EmbeddedPostgresFault;

  constructor(kind: EmbeddedPostgresFault, sentence: string, cause?: unknown) {
    super(sentence, cause === undefined ? {} : { cause });
    this.kind = kind;
  }
}

/** Texts of PostgreSQL and initdb (always English: they run with LC_ALL=C) and what they mean. */
const KNOWN_TEXTS: [RegExp, EmbeddedPostgresFault | "busy"][] = [
  [/Address already in use|could not bind .* address/, "port"],
  [/No space left on device|Disk quota exceeded/, "disk_full"],
  [/incompatible with server|initialized by PostgreSQL version/, "version"],
  [/shared memory block .* is still in use|lock file "postmaster.pid" already exists/, "busy"],
  [/Permission denied|wrong ownership|invalid permissions|Read-only file system/, "permission"],
  [/Cannot allocate memory|could not (create|map|resize) .*shared memory/, "memory"],
  [/error while loading shared libraries|Exec format error|cannot execute/, "no_binaries"],
];

/** What a failed start wrote. `busy`: backends of a killed postmaster are still ending; waiting helps. */
export function classifyOutput(output: string): EmbeddedPostgresFault | "busy" {
  return KNOWN_TEXTS.find(([pattern]) => pattern.test(output))?.[1] ?? "failed";
}

const SENTENCES: Record<EmbeddedPostgresFault, string> = {
  no_binaries:
    "The packaged PostgreSQL cannot be executed here; set DATABASE_URL to a PostgreSQL of your own.",
  root: "PostgreSQL refuses to run as root; start Carillon as an ordinary user.",
  held: "The data directory is in use by another process.",
  version: "The data directory was made by another major version of PostgreSQL.",
  permission: "The data directory cannot be used by this user; check its owner and mode.",
  disk_full: "The disk is full; free some space and start again.",
  port: "The port is in use by another program.",
  memory: "The system has not enough (shared) memory for PostgreSQL.",
  timeout: "PostgreSQL did not become ready in time.",
  failed: "PostgreSQL did not start.",
};

/** An error from what PostgreSQL or initdb wrote: our sentence, the place, and its own last word. */
export function errorFromOutput(output: string, place: string): EmbeddedPostgresError {
  const kind = classifyOutput(output);
  const lastWord = tellingLine(output).trim().slice(0, 300);
  const said = lastWord === "" ? "" : ` It says: ${lastWord}`;
  return new EmbeddedPostgresError(
    kind === "busy" ? "held" : kind,
    `${SENTENCES[kind === "busy" ? "held" : kind]} (${place})${said}`,
  );
}

/** The line that names the fault; without one the last complaint, or just the last line. */
function tellingLine(output: string): string {
  const lines = output.trim().split("\n");
  const telling = lines.findLast((line) => KNOWN_TEXTS.some(([pattern]) => pattern.test(line)));
  return telling ?? lines.findLast((line) => /FATAL|PANIC|ERROR|error:/.test(line)) ?? lines.at(-1) ?? "";
}

/** An error of Node's file or process functions in our words; our own errors pass unchanged. */
export function errorFromSystem(error: unknown, place: string): EmbeddedPostgresError {
  if (error instanceof EmbeddedPostgresError) return error;
  const code = (error as NodeJS.ErrnoException).code ?? "";
  const kind = kindOfCode(code);
  const detail = error instanceof Error ? error.message : String(error);
  return new EmbeddedPostgresError(kind, `${SENTENCES[kind]} (${place}) It says: ${detail}`, error);
}

function kindOfCode(code: string): EmbeddedPostgresFault {
  if (code === "ENOSPC" || code === "EDQUOT") return "disk_full";
  if (["EACCES", "EPERM", "EROFS", "ENOTDIR", "EEXIST"].includes(code)) return "permission";
  return code === "ENOMEM" ? "memory" : "failed";
}
