/** What the server gives of the dashboard, and what it leaves to others. The pages themselves: server/test/dashboard. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createLog } from "../../base/log.ts";
import { createServer } from "../server.ts";
import { createDashboard } from "./routes.ts";

let folder: string;
let server: FastifyInstance;
const html = { accept: "text/html,*/*" };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "carillon-build-"));
  mkdirSync(join(folder, "assets"));
  writeFileSync(join(folder, "assets", "app-1a2b.js"), "1;");
  const dashboard = createDashboard(folder);
  server = createServer(createLog({ level: "silent", name: "test" }), { answerPage: dashboard.answer });
  dashboard.mount(server);
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const build = (text = '<meta nonce="__CARILLON_NONCE__">'): void =>
  writeFileSync(join(folder, "index.html"), text);

test("where nothing was built, a page says how; a build that is made meanwhile is taken", async () => {
  const before = await server.inject({ url: "/", headers: html });
  expect([before.statusCode, before.body.includes("npm run build")]).toEqual([503, true]);
  build();
  const after = await server.inject({ url: "/", headers: html });
  expect(after.statusCode).toBe(200);
  expect(after.body).toMatch(/^<meta nonce="[\w-]{24}">$/);
});

test("each answer has a nonce of its own, in the page and in the policy alike, and is not kept", async () => {
  build();
  const answers = await Promise.all([1, 2].map(() => server.inject({ url: "/p/1/sandbox", headers: html })));
  const nonces = answers.map(({ body }) => /nonce="([\w-]+)"/.exec(body)?.[1]);
  expect(new Set(nonces).size).toBe(2);
  for (const [i, answer] of answers.entries()) {
    expect(answer.headers["content-security-policy"]).toContain(`'nonce-${nonces[i]}'`);
    expect(answer.headers["cache-control"]).toBe("no-store");
  }
});

test.each([
  ["GET", "/api/external/nothing/here"],
  ["GET", "/api/app/nothing"],
  ["GET", "/reference/nothing"],
  ["GET", "/assets/gone-1a2b.js"],
  ["GET", "/assets/..%2findex.html"],
  ["POST", "/p/1/sandbox"],
] as const)("%s %s is no page", async (method, url) => {
  build();
  const answer = await server.inject({ method, url, headers: html });
  expect(answer.statusCode).toBeGreaterThanOrEqual(400);
  expect(answer.headers["content-type"]).toContain("application/json");
  expect(answer.body).not.toContain("nonce");
});

test("programs that ask for no page are told in JSON that there is nothing", async () => {
  build();
  const answer = await server.inject({ url: "/p/1", headers: { accept: "application/json" } });
  expect(answer.statusCode).toBe(404);
  expect(answer.json().success).toBe(false);
});

test("files of the build are kept for good", async () => {
  const answer = await server.inject({ url: "/assets/app-1a2b.js" });
  expect(answer.statusCode).toBe(200);
  expect(answer.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
  expect(answer.headers["content-type"]).toContain("javascript");
});

test("the head asks for the files of the page that the address opens", async () => {
  build("<head></head>");
  const pages = [
    { path: "campaigns/$id", files: ["assets/campaign-1a.js"] },
    { path: "campaigns/new", files: ["assets/new-2b.js", "assets/new-3c.css"] },
    { path: "", files: ["assets/home-4d.js"] },
  ];
  writeFileSync(join(folder, "pages.json"), JSON.stringify(pages));
  const linksAt = async (url: string): Promise<string[]> => {
    const { body } = await server.inject({ url, headers: html });
    return [...body.matchAll(/<link rel="(\w+)" crossorigin href="([^"]+)">/g)].map(
      ([, rel, href]) => `${rel} ${href}`,
    );
  };
  expect(await linksAt("/p/1/campaigns/7?tab=x")).toEqual(["modulepreload /assets/campaign-1a.js"]);
  expect(await linksAt("/p/1/campaigns/new")).toEqual([
    "modulepreload /assets/new-2b.js",
    "stylesheet /assets/new-3c.css",
  ]);
  expect(await linksAt("/p/1/")).toEqual(["modulepreload /assets/home-4d.js"]);
  expect(await linksAt("/p/1/campaigns")).toEqual([]);
  expect(await linksAt("/sign-in")).toEqual([]);
});
