/**
 * The one page of the dashboard: the build's index.html with a nonce of this answer's own, and the policy that the
 * browser holds it to. Where nothing was built, a plain page says how.
 */
import { randomBytes } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { FastifyReply } from "fastify";
import { html } from "../app/html.ts";
import { type PageLinks, readPageLinks } from "./page-links.ts";

/** Stands in the build where the nonce goes (dashboard/vite.config.ts). */
const NONCE_PLACEHOLDER = "__CARILLON_NONCE__";

/**
 * Scripts come from our own files alone. Style tags need the nonce. Style attributes are allowed because the preview
 * of an email is a frame that inherits this policy, and an email's styles are attributes; an attribute cannot load
 * anything that the other lines do not allow. Pictures of other hosts stay out: a preview must not tell them of us.
 */
const policyOf = (nonce: string): string =>
  [
    "default-src 'self'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "connect-src 'self'",
    "font-src 'self'",
    "frame-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");

const headersOf = (nonce: string): Record<string, string> => ({
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": policyOf(nonce),
  "referrer-policy": "same-origin",
  "x-frame-options": "DENY",
  "cross-origin-opener-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
});

const MISSING = html`<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Carillon</title>
<h1>The dashboard is not built yet</h1>
<p>Run <code>npm run build</code> in the repository, then load this page again. <code>npm start</code> does it by itself.</p>
<p>The API works meanwhile: see its <a href="/reference">reference</a> and the <a href="/sandbox">sandbox</a>.</p>
</html>`.text;

export interface IndexPage {
  /** @param url of the request: which page it opens decides what the head asks for. */
  send(reply: FastifyReply, url: string): FastifyReply;
}

interface Build {
  readonly madeMs: number;
  readonly text: string;
  readonly linksFor: PageLinks;
}

/** @param folder of the build; it may be made, or made anew, while the server runs. */
export function createIndexPage(folder: string): IndexPage {
  const path = join(folder, "index.html");
  let known: Build | null = null;

  function read(): Build | null {
    const madeMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    if (madeMs === undefined) return null;
    if (madeMs !== known?.madeMs)
      known = { madeMs, text: readFileSync(path, "utf8"), linksFor: readPageLinks(folder) };
    return known;
  }

  return {
    send(reply, url) {
      const nonce = randomBytes(18).toString("base64url");
      const build = read();
      reply.headers(headersOf(nonce));
      if (build === null) return reply.code(503).send(MISSING);
      const { text, linksFor } = build;
      return reply.send(
        text.replaceAll(NONCE_PLACEHOLDER, nonce).replace("</head>", () => `${linksFor(url)}</head>`),
      );
    },
  };
}
