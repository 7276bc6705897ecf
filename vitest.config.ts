/** One run over all workspaces. Tests that use the database share one server, which the global setup starts. */
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["twig/**/*.test.ts", "server/**/*.test.ts", "dashboard/**/*.test.ts"],
    globalSetup: ["server/test/global-setup.ts"],
    // Processes, not threads: tests send signals and start servers, and a crash must take down one file only.
    pool: "forks",
    // Two: the smallest machine that we promise to work on has two cores.
    maxWorkers: 2,
    // No promise of the product: what hangs must end some time. A loaded machine may be many times slower.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    teardownTimeout: 60_000,
  },
});
