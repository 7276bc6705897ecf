/**
 * Mounts the route table under /api/external. Every call takes the same way: read the body, find the caller, check
 * the scope, run, wrap. An entry without a known scope does not start.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { UnkeyedCall } from "../../actions/executions/execute-call.ts";
import { AppError } from "../../base/errors.ts";
import { parseIdempotencyKey } from "../../domain/idempotency-key.ts";
import { covers, isScope } from "../../domain/scope.ts";
import type { ApiCaller, Authenticator } from "../auth.ts";
import { JSON_TYPE } from "../bare-answers.ts";
import { watchAddresses } from "./address-tokens.ts";
import { unkeyedCall } from "./answer-watch.ts";
import { successEnvelope } from "./envelope.ts";
import { runKeyed } from "./idempotency.ts";
import type { Operation, Services } from "./operation.ts";
import { readBody } from "./read-body.ts";
import { hintFor, pathsOf } from "./unknown-operation.ts";

/** Of a path that the answer repeats. */
const MAX_SHOWN_PATH = 200;

export interface ExternalOptions {
  readonly operations: readonly Operation[];
  readonly services: Services;
  readonly authenticator: Authenticator;
}

export function mountExternal(app: FastifyInstance, options: ExternalOptions): void {
  app.register((scope, _options, done) => {
    scope.setNotFoundHandler((request) => {
      throw unknownOperation(request, options.operations);
    });
    watchAddresses(scope, options.services.context, options.authenticator);
    mountAll(scope, options);
    done();
  }, PREFIX);
}

const PREFIX = { prefix: "/api/external" };

function mountAll(app: FastifyInstance, options: ExternalOptions): void {
  for (const operation of options.operations) {
    if (!isScope(operation.scope)) {
      throw new Error(`${operation.method}/${operation.model} declares no scope`);
    }
    for (const model of [operation.model, ...(operation.aliases ?? [])])
      mountOne(app, { ...options, operation, model });
  }
}

function mountOne(
  app: FastifyInstance,
  at: ExternalOptions & { readonly operation: Operation; readonly model: string },
): void {
  const url = `/${at.operation.method}/${at.model}`;
  app.route({
    method: "POST",
    url,
    ...(at.operation.bodyLimit === undefined ? {} : { bodyLimit: at.operation.bodyLimit }),
    handler: (request, reply) => answer(request, reply, at),
  });
  app.route({
    method: ["GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"],
    url,
    handler: () => {
      throw new AppError("method_not_allowed");
    },
  });
}

/** A method that nobody routes (TRACE, PROPFIND) on the path of an operation is refused as such. */
function unknownOperation(request: FastifyRequest, operations: readonly Operation[]): AppError {
  const path = request.url.split("?")[0]?.slice(0, MAX_SHOWN_PATH) ?? "";
  const asked = path.slice(PREFIX.prefix.length).replace(/^\/|\/$/g, "");
  const known = pathsOf(operations);
  if (known.includes(asked) && request.method !== "POST") return new AppError("method_not_allowed");
  return new AppError("unknown_operation", {
    message: `There is no operation ${path} here. ${hintFor(asked, known)}`.trimEnd(),
  });
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  { operation, services, authenticator }: ExternalOptions & { readonly operation: Operation },
): Promise<FastifyReply> {
  const body = await bodyOf(request, authenticator);
  const caller = await authenticator.authenticateCall({
    apptoken: body.apptoken,
    authorization: request.headers.authorization,
  });
  await countCall(caller, services, reply);
  checkScope(caller, operation, reply);
  const key = idempotencyKeyOf(request);
  const unkeyed = (): UnkeyedCall => {
    const arrivedAtMs = Math.floor(services.context.clock.now() - reply.elapsedTime);
    return unkeyedCall(request.raw, reply.raw, { body: bytesOf(request), arrivedAtMs });
  };
  const call = { caller, body, requestId: request.id, idempotencyKey: key, unkeyed };
  const result = await runKeyed(operation, services, call);
  const envelope = successEnvelope(result);
  return reply
    .code(envelope.code)
    .headers(result.headers ?? {})
    .type(JSON_TYPE)
    .send(JSON.stringify(envelope));
}

/**
 * Counts the call against its project's quota, whatever becomes of it, and says so in the answer's headers.
 * @throws AppError too_many_requests
 */
async function countCall({ projectId }: ApiCaller, services: Services, reply: FastifyReply): Promise<void> {
  const { quota: limit } = await services.limitsOf(projectId);
  if (limit === null) return;
  const admission = await services.quota.admit(projectId, limit);
  reply.headers({
    "x-ratelimit-limit": admission.limit,
    "x-ratelimit-remaining": admission.remaining,
    "x-ratelimit-reset": admission.resetAt,
  });
  const { isAllowed, retryAfterSeconds } = admission;
  if (!isAllowed) throw new AppError("too_many_requests", { retryAfterSeconds });
}

/**
 * Before anything about the object is looked at: who lacks the scope does not learn whether it exists.
 * @throws AppError forbidden, with RFC 6750's challenge (3.1).
 */
function checkScope(caller: ApiCaller, { scope }: Operation, reply: FastifyReply): void {
  if (covers(caller.scopes, scope)) return;
  reply.header("www-authenticate", `Bearer error="insufficient_scope", scope="${scope}"`);
  throw new AppError("forbidden", { message: `The access token lacks the scope ${scope}.` });
}

/** @throws AppError invalid for a header that is no key. */
function idempotencyKeyOf(request: FastifyRequest): string | undefined {
  const key = request.headers["idempotency-key"];
  if (key === undefined) return undefined;
  const parsed = parseIdempotencyKey(key);
  if (parsed.ok) return parsed.value;
  throw new AppError("invalid", { errors: { idempotency_key: [`Idempotency-Key ${parsed.error}.`] } });
}

const bytesOf = ({ body }: FastifyRequest): Buffer => (Buffer.isBuffer(body) ? body : Buffer.alloc(0));

/** @throws AppError for a body that cannot be read, or for the credential of a call without a body. */
async function bodyOf(
  request: FastifyRequest,
  authenticator: Authenticator,
): Promise<Record<string, unknown>> {
  const bytes = bytesOf(request);
  const read = readBody(bytes);
  if (read.ok) return read.value;
  const { authorization } = request.headers;
  // Without a body there is no token in it; a caller who tried a header hears of the header first.
  if (bytes.length === 0 && authorization !== undefined) {
    await authenticator.authenticateCall({ apptoken: undefined, authorization });
  }
  const { status, message, errors } = read.error;
  throw new AppError(status === 413 ? "too_large" : "malformed_body", {
    message,
    ...(errors === undefined ? {} : { errors }),
  });
}
