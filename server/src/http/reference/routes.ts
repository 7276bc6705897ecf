/**
 * /reference and /api/openapi.json. The pages load nothing but this instance's own style, script and icon, and the
 * policy holds the browser to it.
 */
import { readFileSync } from "node:fs";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Html } from "../app/html.ts";
import { JSON_TYPE } from "../bare-answers.ts";
import type { Operation } from "../external/operation.ts";
import { errorDocs } from "./error-docs.ts";
import { drawErrors, drawList, drawMissing, pageOf } from "./list-page.ts";
import { openApi } from "./open-api.ts";
import { drawOperation } from "./operation-page.ts";

export interface ReferenceOptions {
  readonly operations: readonly Operation[];
  /** Under which people reach this instance; null takes what the request says. */
  readonly publicUrl: string | null;
}

const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "referrer-policy": "no-referrer",
  "x-frame-options": "DENY",
  "cross-origin-opener-policy": "same-origin",
};

const ASSETS: Readonly<Record<string, string>> = {
  "reference.js": "text/javascript; charset=utf-8",
  "reference.css": "text/css; charset=utf-8",
  "icon.svg": "image/svg+xml; charset=utf-8",
};

/** Mounts the pages, their assets and the OpenAPI document. Everything is public: it says what the code says. */
export function mountReference(app: FastifyInstance, { operations, publicUrl }: ReferenceOptions): void {
  const byPage = pagesOf(operations);
  // Made when it is first asked for: 80 ms that no start has to wait for.
  let document: string | null = null;
  app.get("/api/openapi.json", (_request, reply) => {
    document ??= JSON.stringify(openApi(operations));
    return reply.type(JSON_TYPE).send(document);
  });
  for (const [name, type] of Object.entries(ASSETS)) {
    const text = readFileSync(new URL(`assets/${name}`, import.meta.url), "utf8");
    app.get(`/reference/assets/${name}`, (_request, reply) => reply.type(type).send(text));
  }
  app.get("/reference", (request, reply) => draw(reply, drawList(operations, baseUrlOf(request, publicUrl))));
  app.get("/reference/errors", (_request, reply) => draw(reply, drawErrors(errorDocs())));
  app.get<{ Params: { method: string; model: string } }>("/reference/:method/:model", (request, reply) => {
    const operation = byPage.get(pageOf(request.params));
    if (operation !== undefined) return draw(reply, drawOperation(operation, baseUrlOf(request, publicUrl)));
    const { method, model } = request.params;
    return draw(reply, drawMissing(`There is no operation ${method}/${model} here.`.slice(0, 200)), 404);
  });
}

/** Operations by the address of their page, under their aliases too. */
function pagesOf(operations: readonly Operation[]): ReadonlyMap<string, Operation> {
  return new Map(
    operations.flatMap((operation) =>
      [operation.model, ...(operation.aliases ?? [])].map(
        (model) => [pageOf({ method: operation.method, model }), operation] as const,
      ),
    ),
  );
}

/** A Host header that is a plain name; anything else would stand in the samples as it came. */
const SANE_HOST = /^[A-Za-z0-9.:[\]-]{1,255}$/;
const USUAL = "http://127.0.0.1:8400";

function baseUrlOf(request: FastifyRequest, publicUrl: string | null): string {
  if (publicUrl !== null) return publicUrl.replace(/\/+$/, "");
  return SANE_HOST.test(request.host) ? `${request.protocol}://${request.host}` : USUAL;
}

const draw = (reply: FastifyReply, page: Html, status = 200): FastifyReply =>
  reply.code(status).headers(HEADERS).send(`<!doctype html>\n${page.text}`);
