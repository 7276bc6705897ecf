/** An API process of its own on the database of a stack: what a test can kill, or give a bad line to its database. */
import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { findFreePort } from "../src/base/embedded-postgres/free-port.ts";
import type { Stack } from "./stack.ts";

export interface ApiProcess {
  readonly url: string;
  kill(): void;
}

const MAIN = join(import.meta.dirname, "../src/main.ts");
/** Two test files may find the same port free, and only one of them gets it. */
const PORT_TRIES = 5;
const START_TIMEOUT_MS = 90_000;

/** Resolves when it says itself that it works, as it does to a supervisor. It ends with this process. */
export async function startApiProcess(
  stack: Stack,
  databaseUrl = stack.databaseUrl,
  env: Readonly<Record<string, string>> = {},
): Promise<ApiProcess> {
  for (let tries = 1; ; tries += 1) {
    const port = await findFreePort();
    const child = fork(MAIN, ["api"], {
      env: {
        PATH: process.env.PATH ?? "",
        DATABASE_URL: databaseUrl,
        INSTANCE_KEY: Buffer.from(stack.roleOptions.sealingKey.bytes).toString("hex"),
        PORT: String(port),
        LOG_LEVEL: "fatal",
        ...env,
      },
      // Not the flags that vitest gave to this one.
      execArgv: [],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    const kill = (): void => void child.kill("SIGKILL");
    const failure = await untilReady(child);
    if (failure === null) return { url: `http://127.0.0.1:${port}`, kill };
    kill();
    if (!failure.includes("EADDRINUSE") || tries === PORT_TRIES)
      throw new Error(`the API process did not start: ${failure}`);
  }
}

/** @returns what went wrong, or null. */
function untilReady(child: ChildProcess): Promise<string | null> {
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-2_000);
  });
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(`it took too long; ${said}`), START_TIMEOUT_MS);
    const end = (failure: string | null): void => {
      clearTimeout(timer);
      resolve(failure);
    };
    child.once("message", () => end(null));
    child.once("error", (error) => end(String(error)));
    // Not "exit": by then its last words have been read.
    child.once("close", (code) => end(`it ended with ${code}; ${said}`));
  });
}
