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
  const options = { dataDir: join(dataDir, "postgres"), log };
  const first = await startEmbeddedPostgres(options);
  await alterSystem(first.url);
  await first.stop();
  const postgres = await startEmbeddedPostgres(options);
  return {
    url: postgres.url,
    async stop() {
      await postgres.stop("immediate");
      // A child of the server that goes last may still write.
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    },
  };
}

/**
 * One server for what would be many: two test files at once, each with an API, workers and perhaps a second of both,
 * fill the product's 100 connections on a machine that is slow enough. And no test here is about a power failure, so
 * none has to wait for the disk, which on a shared machine can take seconds.
 */
const SETTINGS = ["max_connections = 400", "synchronous_commit = off"];

async function alterSystem(url: string): Promise<void> {
  const server = connect({ url, role: "owner", max: 1, name: "test-setup" });
  for (const setting of SETTINGS) await server.unsafe(`alter system set ${setting}`);
  await server.end();
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
