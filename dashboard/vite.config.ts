/**
 * Builds the dashboard into dist/dashboard of the repository. Nothing is inline, so that the policy that the server
 * sends stays strict: style tags that libraries make carry the nonce that the server puts in at each answer.
 */
import { join } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { pageFiles } from "./page-files.ts";

/** Replaced by the server for each answer (server/src/http/dashboard/index-page.ts). */
const NONCE_PLACEHOLDER = "__CARILLON_NONCE__";
const API = process.env.CARILLON_URL ?? "http://127.0.0.1:8400";

/** What most pages use; the editor and the drawing of charts are large and belong to a few. */
const COMMON =
  /^(?!.*(codemirror|@lezer|uplot|twig-|chart-drawing)).*\/(node_modules|src\/components|src\/api)\//;

/** What several pages of a noun share: "results-parts". */
function partsName(id: string): string | null {
  const noun = /\/src\/pages\/([\w-]+)\//.exec(id)?.[1];
  return noun === undefined ? null : `${noun}-parts`;
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), pageFiles(join(import.meta.dirname, "src/pages"))],
  html: { cspNonce: NONCE_PLACEHOLDER },
  build: {
    outDir: process.env.CARILLON_DASHBOARD_OUT ?? join(import.meta.dirname, "../dist/dashboard"),
    emptyOutDir: true,
    target: "es2022",
    // An inlined picture or font would need `data:` in more of the policy than pictures.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        // Few files: on a first visit forty small ones cost more than all their bytes.
        codeSplitting: {
          groups: [
            { name: "app", tags: ["$initial"], priority: 3 },
            { name: "common", test: COMMON, minShareCount: 3, priority: 2 },
            { name: partsName, debugName: "parts", minShareCount: 2, priority: 1 },
          ],
        },
      },
    },
  },
  server: { host: "127.0.0.1", port: 5173, strictPort: true, proxy: { "/api": API, "/reference": API } },
});
