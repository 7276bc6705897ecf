/** An API process of its own on the database of a stack: what a test can kill, or give a bad line to its database. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { findFreePort } from "../src/base/embedded-postgres/free-port.ts";
import { type Stack, until } from "./stack.ts";

export interface ApiProcess {
  readonly url: string;
  kill(): void;
}

export async function startApiProcess(stack: Stack, databaseUrl = stack.databaseUrl): Promise<ApiProcess> {
  const port = await findFreePort();
  const env = {
    PATH: process.env.PATH ?? "",
    DATABASE_URL: databaseUrl,
    INSTANCE_KEY: Buffer.from(stack.roleOptions.sealingKey.bytes).toString("hex"),
    PORT: String(port),
    LOG_LEVEL: "fatal",
  };
  const main = join(import.meta.dirname, "../src/main.ts");
  const child = spawn(process.execPath, [main, "api"], { env, stdio: "ignore" });
  const url = `http://127.0.0.1:${port}`;
  const isUp = (): Promise<boolean> =>
    fetch(`${url}/api/external/info/campaign`, { method: "POST" }).then(
      () => true,
      () => false,
    );
  await until(isUp, (up) => up, 20_000);
  return { url, kill: () => void child.kill("SIGKILL") };
}
