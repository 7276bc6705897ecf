/** The HTTP server: raw bodies, request ids, one error mapper, fixed headers. What can be asked is in the routes. */
import { randomUUID } from "node:crypto";
import fastify, { type FastifyInstance } from "fastify";
import { AppError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { appErrorOf } from "./errors.ts";
import { errorEnvelope } from "./external/envelope.ts";

/** Default limit of a body; operations that carry lists raise it (decisions: limits). */
const BODY_LIMIT = 1_048_576;
/** A caller's own request id is taken over when it is plain. */
const SANE_REQUEST_ID = /^[A-Za-z0-9._:-]{1,128}$/;

export function createServer(log: Log): FastifyInstance {
  const app = fastify({
    logger: false,
    bodyLimit: BODY_LIMIT,
    routerOptions: { ignoreTrailingSlash: true, caseSensitive: true },
    // Headers and body of a slow client: the socket is gone after these.
    requestTimeout: 30_000,
    keepAliveTimeout: 72_000,
    genReqId: (request) => {
      const given = request.headers["x-request-id"];
      return typeof given === "string" && SANE_REQUEST_ID.test(given) ? given : randomUUID();
    },
    // A path that cannot be decoded names no operation.
    frameworkErrors: (error, request, reply) => {
      log.debug({ err: error, url: request.url }, "a request was refused before its route");
      const raw = reply.raw;
      raw.writeHead(404, { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" });
      raw.end(JSON.stringify(errorEnvelope(new AppError("unknown_operation"))));
    },
  });
  // Bodies are sniffed, not trusted to their label: callers send JSON as a form (evidence: transport).
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  app.addHook("onRequest", (request, reply, done) => {
    reply.headers({
      "x-request-id": request.id,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    });
    done();
  });
  app.setErrorHandler((thrown, request, reply) => {
    const error = appErrorOf(thrown);
    if (error.status >= 500)
      log.error({ err: thrown, request: request.id, url: request.routeOptions.url }, "a request failed");
    if (error.retryAfterSeconds !== undefined) reply.header("retry-after", error.retryAfterSeconds);
    if (error.code === "unauthenticated") reply.header("www-authenticate", 'Bearer error="invalid_token"');
    void reply
      .code(error.status)
      .type("application/json; charset=utf-8")
      .send(JSON.stringify(errorEnvelope(error)));
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split("?")[0]?.slice(0, 200) ?? "";
    const error = new AppError("unknown_operation", { message: `There is no operation ${path} here.` });
    void reply
      .code(404)
      .type("application/json; charset=utf-8")
      .send(JSON.stringify(errorEnvelope(error)));
  });
  return app;
}
