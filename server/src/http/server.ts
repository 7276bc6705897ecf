/** The HTTP server: raw bodies, request ids, one error mapper, fixed headers. What can be asked is in the routes. */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { AppError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { answerClientError, answerExpectations, JSON_TYPE } from "./bare-answers.ts";
import { type EarlyRefusal, refuseEarly } from "./early-refusal.ts";
import { appErrorOf } from "./errors.ts";
import { errorEnvelope } from "./external/envelope.ts";
import { requestIdFrom } from "./request-id.ts";
import { unpackBodies } from "./unpack-body.ts";

/** Default limit of a body; operations that carry lists raise it (decisions: limits). */
const BODY_LIMIT = 1_048_576;
const EXTERNAL = "/api/external/";
const TOKEN_PATH = "/api/oauth/token";

export interface ServerOptions {
  /** Answers what no route takes, when it is a page for people. @returns whether it did. */
  readonly answerPage?: (request: FastifyRequest, reply: FastifyReply) => boolean;
  /** Headers and body of a slow client: after these the call is refused (408) and the socket gone. */
  readonly requestTimeoutMs?: number;
  /** Is asked before the framework hears of a request. @returns whether it was answered there. */
  readonly turnAway?: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** Is asked even before that, where possible. */
  readonly earlyRefusal?: EarlyRefusal;
}

export function createServer(
  log: Log,
  {
    answerPage = () => false,
    turnAway = () => false,
    earlyRefusal,
    requestTimeoutMs = 28_000,
  }: ServerOptions = {},
): FastifyInstance {
  const app = fastify({
    logger: false,
    bodyLimit: BODY_LIMIT,
    routerOptions: { ignoreTrailingSlash: true, caseSensitive: true },
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: 72_000,
    http: {
      // Node's own refusal has no body; the hook below refuses in our words (RFC 9112, 3.2).
      requireHostHeader: false,
      // Node holds a body to its time only where headers have no more of it: a minute when not given.
      headersTimeout: requestTimeoutMs,
      requestTimeout: requestTimeoutMs,
      // Half a minute when not given: a slow client would have twice its time.
      connectionsCheckingInterval: 1_000,
    },
    genReqId: (request) => requestIdFrom(request.headers["x-request-id"]),
    // A path that cannot be decoded names no operation.
    frameworkErrors: (_error, request, reply) => {
      const raw = reply.raw;
      raw.writeHead(404, {
        "content-type": JSON_TYPE,
        "cache-control": "no-store",
        "x-request-id": request.id,
      });
      drain(request.raw, () => raw.end(JSON.stringify(errorEnvelope(new AppError("unknown_operation")))));
    },
    clientErrorHandler: (error, socket) => {
      log.debug({ err: error }, "a connection sent no sound HTTP");
      answerClientError(error, socket);
    },
  });
  answerExpectations(app.server);
  askFirst(app.server, turnAway);
  if (earlyRefusal !== undefined) refuseEarly(app.server, earlyRefusal);
  // Bodies are sniffed, not trusted to their label: callers send JSON as a form (evidence: transport).
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  app.addHook("onRequest", (request, reply, done) => done(enter(request, reply)));
  unpackBodies(app, EXTERNAL);
  app.addHook("onSend", (request, reply, payload, done) => {
    const { statusCode } = reply;
    if (statusCode < 400 || statusCode >= 500) done(null, payload);
    else drain(request.raw, () => done(null, payload));
  });
  app.setErrorHandler((thrown, request, reply) => {
    const error = appErrorOf(thrown);
    // What is turned away on purpose is no failure.
    const isTurnedAway = error === thrown && error.code === "unavailable";
    if (error.status >= 500 && !isTurnedAway) {
      log.error({ err: thrown, request: request.id, url: request.routeOptions.url }, "a request failed");
    }
    sendError(reply, error);
  });
  app.setNotFoundHandler((request, reply) => {
    if (!answerPage(request, reply)) sendError(reply, unrouted(request));
  });
  return app;
}

/** Puts the question before the framework's own listener, whose objects and hooks cost more than a refusal. */
function askFirst(server: Server, turnAway: NonNullable<ServerOptions["turnAway"]>): void {
  const listeners = server.listeners("request");
  server.removeAllListeners("request");
  server.on("request", (request, response) => {
    if (turnAway(request, response)) return;
    for (const listener of listeners) listener.call(server, request, response);
  });
}

/** How long the rest of a body that was refused unread (too large, of a wrong type) is read and thrown away. */
const DRAIN_MS = 1_000;

/**
 * Closing a connection on which bytes are still to come resets it, and the reset overtakes the answer: the caller
 * would see a broken connection instead of the refusal. So the rest is read first, for a while.
 */
function drain(request: IncomingMessage, done: () => void): void {
  if (request.complete || request.destroyed) {
    done();
    return;
  }
  const finish = (): void => {
    clearTimeout(timer);
    request.off("end", finish).off("close", finish);
    done();
  };
  const timer = setTimeout(finish, DRAIN_MS);
  request.once("end", finish).once("close", finish).resume();
}

/** Fixed headers for every answer. @returns a refusal, or undefined. */
function enter(request: FastifyRequest, reply: FastifyReply): AppError | undefined {
  const { headers } = request.raw;
  // The framework refuses a label that it cannot read (415) before the body is looked at.
  if (request.url.startsWith(EXTERNAL)) headers["content-type"] = "application/octet-stream";
  reply.headers({
    "x-request-id": request.id,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  const lacksHost = request.raw.httpVersion === "1.1" && headers.host === undefined;
  return lacksHost
    ? new AppError("malformed_body", { message: "The request has no Host header." })
    : undefined;
}

/** Of paths that no part of the API serves; the External API answers for its own. */
function unrouted(request: FastifyRequest): AppError {
  const path = request.url.split("?")[0]?.slice(0, 200) ?? "";
  // Only a method that nobody routes, such as TRACE, comes here with it.
  if (path === TOKEN_PATH) return new AppError("method_not_allowed");
  return new AppError("unknown_operation", { message: `There is no operation ${path} here.` });
}

function sendError(reply: FastifyReply, error: AppError): void {
  if (error.retryAfterSeconds !== undefined) reply.header("retry-after", error.retryAfterSeconds);
  if (error.code === "unauthenticated") reply.header("www-authenticate", 'Bearer error="invalid_token"');
  if (error.code === "method_not_allowed") reply.header("allow", "POST");
  void reply
    .code(error.status)
    .type(JSON_TYPE)
    .send(JSON.stringify(errorEnvelope(error)));
}
