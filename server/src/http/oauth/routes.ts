/**
 * The OAuth 2.0 token endpoint and its metadata. Bodies are RFC 6749's (5.1, 5.2) with the envelope's `code`,
 * `success` and `message` beside them, so that callers of the External API find what they know.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { noteExposedSecret } from "../../actions/clients/exposed-secret.ts";
import { createTokenIssuer, type TokenIssuer } from "../../actions/clients/issue-token.ts";
import { invalidRequest, type TokenFault, wrongRegion } from "../../actions/clients/token-fault.ts";
import { ACCESS_TOKEN_SECONDS, type Issued } from "../../actions/clients/token-line.ts";
import type { Context } from "../../actions/context.ts";
import { fail } from "../../base/result.ts";
import { readAssertion } from "../../domain/assertion.ts";
import { KEY_ALGORITHMS } from "../../domain/client.ts";
import { elsewhere, type OtherRegions } from "../../domain/region.ts";
import { SCOPES } from "../../domain/scope.ts";
import { JSON_TYPE } from "../bare-answers.ts";
import { appErrorOf } from "../errors.ts";
import { waitForRefusal } from "../refusal-time.ts";
import { createGuessLimit, type GuessLimit } from "./guess-limit.ts";
import {
  CLIENT_CREDENTIALS,
  JWT_BEARER,
  type Parameters,
  readParameters,
  readTokenRequest,
} from "./token-request.ts";

const TOKEN_PATH = "/api/oauth/token";
const METADATA_PATH = "/.well-known/oauth-authorization-server";
/** An assertion of the longest kind, percent-encoded, with the rest of the form. */
const BODY_LIMIT = 24_576;

export interface OauthOptions {
  readonly context: Context;
  /** Where callers reach this instance; null when only locally. */
  readonly publicUrl: string | null;
  /** Where clients of other regions are sent; none when left out. */
  readonly otherRegions?: OtherRegions;
}

interface OauthServices extends OauthOptions {
  readonly guesses: GuessLimit;
  readonly issuer: TokenIssuer;
}

export function mountOauth(app: FastifyInstance, options: OauthOptions): void {
  const { context } = options;
  const own = { guesses: createGuessLimit(context.clock), issuer: createTokenIssuer(context) };
  const services = { ...options, ...own };
  app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, parsed) => parsed(null, body));
    scope.setErrorHandler((thrown, request, reply) => {
      const { status, message, retryAfterSeconds } = appErrorOf(thrown);
      if (status >= 500) context.log.error({ err: thrown, request: request.id }, "a request failed");
      void refuse(reply, faultOf(status, message, retryAfterSeconds));
    });
    // The framework refuses a label that it cannot read before the body is looked at; the body tells what it is.
    scope.addHook("onRequest", (request, _reply, next) => {
      if (request.method === "POST") request.raw.headers["content-type"] = "application/octet-stream";
      next();
    });
    scope.post(TOKEN_PATH, { bodyLimit: BODY_LIMIT }, (request, reply) => answer(request, reply, services));
    scope.route({
      method: ["GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"],
      url: TOKEN_PATH,
      handler: (_request, reply) => refuse(reply, NOT_POST),
    });
    scope.get(METADATA_PATH, (request) => metadata(issuerOf(request, options.publicUrl)));
    done();
  });
}

const NOT_POST: TokenFault = {
  status: 405,
  error: "invalid_request",
  description: "Only POST is accepted here.",
};

function faultOf(status: number, description: string, retryAfterSeconds: number | undefined): TokenFault {
  if (status === 413) return { status, error: "invalid_request", description };
  if (status < 500) return invalidRequest(description);
  const isBusy = status === 503;
  return {
    status: isBusy ? 503 : 500,
    error: isBusy ? "temporarily_unavailable" : "server_error",
    description,
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  services: OauthServices,
): Promise<FastifyReply> {
  const issued = await issueFor(request, services);
  if (!issued.ok) return refuse(reply, issued.error);
  return send(reply, 200, {
    access_token: issued.value.token,
    token_type: "Bearer",
    expires_in: ACCESS_TOKEN_SECONDS,
    scope: issued.value.scopes.join(" "),
    code: 200,
    success: true,
    message: "Access token issued.",
  });
}

async function issueFor(
  request: FastifyRequest,
  { context, guesses, issuer, publicUrl, otherRegions = {} }: OauthServices,
): Promise<Issued> {
  const parameters = readParameters(request.body);
  if (!parameters.ok) return parameters;
  const inAddress = await refuseAddress(request, parameters.value, context);
  if (inAddress !== null) return fail(inAddress);
  const read = readTokenRequest(request, parameters.value);
  if (!read.ok) return read;
  const startMs = context.clock.monotonicMs();
  const asked = read.value;
  const who = asked.grant === JWT_BEARER ? namedIssuer(asked.assertion) : asked.clientId;
  const waitSeconds = who === null ? null : guesses.waitSeconds(request.ip, who);
  if (waitSeconds !== null) return fail(tooMany(waitSeconds));
  const issued =
    asked.grant === JWT_BEARER
      ? await issuer.forAssertion({ ...asked, audiences: audiencesOf(request, publicUrl) })
      : await issuer.forSecret(asked);
  const isWrong = !issued.ok && /^invalid_(client|grant)$/.test(issued.error.error);
  const endpoint = isWrong && who !== null ? elsewhere(who, otherRegions) : null;
  if (endpoint !== null) return fail(wrongRegion(endpoint));
  if (isWrong && who !== null) guesses.countWrong(request.ip, who);
  if (isWrong) await waitForRefusal(context.clock, startMs);
  return issued;
}

/**
 * The client that an assertion names, rightly or not: what wrong tries are counted under. null when it names none:
 * it is refused by its form, and guesses at nobody.
 */
function namedIssuer(assertion: string): string | null {
  const read = readAssertion(assertion);
  const iss = read.ok ? read.value.claims.iss : undefined;
  return typeof iss === "string" ? iss : null;
}

const tooMany = (retryAfterSeconds: number): TokenFault => ({
  status: 429,
  error: "temporarily_unavailable",
  description: "Too many wrong tries. Wait a while, then try again.",
  retryAfterSeconds,
});

const NEVER_IN_ADDRESS = ["client_secret", "assertion", "client_id", "grant_type", "scope"];

/** Addresses are kept by proxies and logs: nothing of a token request belongs there. */
async function refuseAddress(
  request: FastifyRequest,
  parameters: Parameters,
  context: Context,
): Promise<TokenFault | null> {
  const query = new URLSearchParams(request.url.split("?").slice(1).join("?"));
  if (!NEVER_IN_ADDRESS.some((name) => query.has(name))) return null;
  const clientId = query.get("client_id") ?? parameters.get("client_id") ?? "";
  const secret = query.get("client_secret");
  if (secret !== null) await noteExposedSecret(context, { clientId, secret, ip: request.ip });
  return invalidRequest("Parameters belong into the body. A secret that was sent in an address is exposed.");
}

function refuse(reply: FastifyReply, fault: TokenFault): FastifyReply {
  const { status, error, description, retryAfterSeconds } = fault;
  if (status === 401) reply.header("www-authenticate", 'Basic realm="carillon"');
  if (status === 405) reply.header("allow", "POST");
  if (retryAfterSeconds !== undefined) reply.header("retry-after", retryAfterSeconds);
  const envelope = { code: status, success: false, message: description };
  return send(reply, status, { error, error_description: description, ...envelope });
}

const send = (reply: FastifyReply, status: number, body: object): FastifyReply =>
  reply
    .code(status)
    .headers({ "cache-control": "no-store", pragma: "no-cache" })
    .type(JSON_TYPE)
    .send(JSON.stringify(body));

const LOOPBACK = /^(localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(:\d{1,5})?$/i;

/**
 * The instance's own address. Without a configured one only a local name is believed: a Host header is the caller's
 * word, and an audience that the caller chooses protects nobody.
 */
function issuerOf(request: FastifyRequest, publicUrl: string | null): string {
  if (publicUrl !== null) return publicUrl.replace(/\/+$/, "");
  const host = request.headers.host ?? "";
  return `http://${LOOPBACK.test(host) ? host : "localhost"}`;
}

function audiencesOf(request: FastifyRequest, publicUrl: string | null): string[] {
  const issuer = issuerOf(request, publicUrl);
  return [issuer, `${issuer}/`, `${issuer}${TOKEN_PATH}`];
}

/** RFC 8414. */
const metadata = (issuer: string) => ({
  issuer,
  token_endpoint: `${issuer}${TOKEN_PATH}`,
  grant_types_supported: [CLIENT_CREDENTIALS, JWT_BEARER],
  response_types_supported: [],
  scopes_supported: SCOPES,
  token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
  token_endpoint_auth_signing_alg_values_supported: KEY_ALGORITHMS,
});
