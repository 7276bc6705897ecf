/**
 * Builds the dashboard into dist/dashboard of the repository. Nothing is inline, so that the policy that the server
 * sends stays strict: style tags that libraries make carry the nonce that the server puts in at each answer.
 */
import { join } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Replaced by the server for each answer (server/src/http/dashboard/index-page.ts). */
const NONCE_PLACEHOLDER = "__CARILLON_NONCE__";
const API = process.env.CARILLON_URL ?? "http://127.0.0.1:8400";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
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
  },
  server: { host: "127.0.0.1", port: 5173, strictPort: true, proxy: { "/api": API, "/reference": API } },
});
