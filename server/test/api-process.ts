/** An API process of its own on the database of a stack: what a test can kill, or give a bad line to its database. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { findFreePort } from "../src/base/embedded-postgres/free-port.ts";
import type { Stack } from "./stack.ts";

export interface ApiProcess {
  readonly url: string;
  kill(): void;
}

const MAIN = join(import.meta.dirname, "../src/main.ts");
/** Between finding a free port and listening on it somebody else may take it. */
const TRIES = 5;

/** @throws when the process ends again and again before it listens; one that hangs is the test's own timeout. */
export async function startApiProcess(stack: Stack, databaseUrl = stack.databaseUrl): Promise<ApiProcess> {
  for (let count = 0; count < TRIES; count += 1) {
    const port = await findFreePort();
    const env = {
      PATH: process.env.PATH ?? "",
      DATABASE_URL: databaseUrl,
      INSTANCE_KEY: Buffer.from(stack.roleOptions.sealingKey.bytes).toString("hex"),
      PORT: String(port),
      LOG_LEVEL: "fatal",
    };
    // With a channel, as under the supervisor: the process says that it listens, and ends when this one is gone.
    const child = spawn(process.execPath, [MAIN, "api"], {
      env,
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    if (await isReady(child))
      return { url: `http://127.0.0.1:${port}`, kill: () => void child.kill("SIGKILL") };
  }
  throw new Error(`no API process got ready in ${TRIES} tries`);
}

/** An answer at its port could be another process's; its own word is not. */
function isReady(child: ChildProcess): Promise<boolean> {
  return new Promise((resolve, reject) => {
    child.once("message", () => resolve(true));
    child.once("exit", () => resolve(false));
    child.once("error", reject);
  });
}
