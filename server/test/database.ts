/** A migrated database of its own for a test file: cloned from the template in about 50 ms. */
import { randomBytes } from "node:crypto";
import { inject } from "vitest";
import { connect, sqlState } from "../src/store/db.ts";
import { TEMPLATE } from "./global-setup.ts";

export interface TestDatabase {
  readonly url: string;
  close(): Promise<void>;
}

export async function createTestDatabase(): Promise<TestDatabase> {
  const serverUrl = inject("databaseServer");
  const name = `test_${randomBytes(8).toString("hex")}`;
  const server = connect({ url: serverUrl, role: "owner", max: 1, name: "test-database" });
  await whenFree(() => server.unsafe(`create database ${name} template ${TEMPLATE}`));
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    async close() {
      await whenFree(() => server.unsafe(`drop database if exists ${name} with (force)`));
      await server.end();
    },
  };
}

/**
 * Two clones at once find the template in use (55006): the second waits its turn. So does the end of a database whose
 * sessions, told to go, are still there after the server's own five seconds.
 */
async function whenFree(work: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await work();
      return;
    } catch (error) {
      if (sqlState(error) !== "55006" || attempt === 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
}
