/**
 * One embedded PostgreSQL for the whole test run, with a migrated template database that every test file clones.
 * TEST_DATABASE_SERVER names a running server to use instead (a superuser's URL).
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startEmbeddedPostgres } from "../src/base/embedded-postgres.ts";
import { createLog } from "../src/base/log.ts";
import { connect } from "../src/store/db.ts";
import { migrate } from "../src/store/migrate.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A superuser's URL; its path is the maintenance database. */
    databaseServer: string;
  }
}

export const TEMPLATE = "carillon_template";

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TEST_DATABASE_SERVER;
  const server = given === undefined ? await startServer() : { url: given, stop: async () => {} };
  await makeTemplate(server.url);
  project.provide("databaseServer", server.url);
  return server.stop;
}

async function startServer(): Promise<{ url: string; stop: () => Promise<void> }> {
  const dataDir = mkdtempSync(join(tmpdir(), "carillon-test-"));
  const log = createLog({ level: "warn", name: "test-postgres" });
  const postgres = await startEmbeddedPostgres({ dataDir: join(dataDir, "postgres"), log });
  return {
    url: postgres.url,
    async stop() {
      await postgres.stop("immediate");
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function makeTemplate(url: string): Promise<void> {
  const server = connect({ url, role: "owner", max: 1, name: "test-setup" });
  await server.unsafe(`drop database if exists ${TEMPLATE} with (force)`);
  await server.unsafe(`create database ${TEMPLATE}`);
  await server.end();
  const templateUrl = new URL(url);
  templateUrl.pathname = `/${TEMPLATE}`;
  const template = connect({ url: templateUrl.href, role: "owner", max: 1, name: "test-setup" });
  await migrate(template, Date.now());
  await template.end();
}
