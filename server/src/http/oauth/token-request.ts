/**
 * Reads a token request: form or JSON, each parameter once (RFC 6749, 3.2), the client's secret in exactly one place
 * (2.3.1) and never in the address.
 */
import type { FastifyRequest } from "fastify";
import { INVALID_CLIENT, invalidRequest, type TokenFault } from "../../actions/clients/token-fault.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import { MAX_ASSERTION } from "../../domain/assertion.ts";
import { isRecord } from "../../domain/field-label.ts";

export const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";
export const CLIENT_CREDENTIALS = "client_credentials";

export type TokenRequest =
  | {
      readonly grant: typeof CLIENT_CREDENTIALS;
      readonly clientId: string;
      readonly secret: string;
      readonly scope: string | undefined;
    }
  | {
      readonly grant: typeof JWT_BEARER;
      readonly clientId: string | undefined;
      readonly assertion: string;
      readonly scope: string | undefined;
    };

export type Parameters = ReadonlyMap<string, string>;
type Read<T> = Result<T, TokenFault>;

/** Nobody's secret or id is longer. */
const MAX_CREDENTIAL = 1_024;

/** The parameters of a body. An empty one counts as left out (RFC 6749, 3.2), but `scope` was named nevertheless. */
export function readParameters(body: unknown): Read<Parameters> {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes).trim();
  } catch {
    return fail(invalidRequest("The body must be valid UTF-8."));
  }
  const pairs = text.startsWith("{") ? jsonPairs(text) : [...new URLSearchParams(text)];
  if (pairs === null) return fail(invalidRequest("The body must be a form or a JSON object of texts."));
  const found = new Map<string, string>();
  for (const [name, value] of pairs) {
    if (found.has(name)) return fail(invalidRequest("A parameter is given twice."));
    found.set(name, value);
  }
  return ok(found);
}

const STRINGS = /"(?:[^"\\]|\\.)*"/gs;

/** null for anything but an object of texts. A name that is given twice comes back as a pair too many. */
function jsonPairs(text: string): [string, string][] | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(value)) return null;
  const pairs = Object.entries(value);
  if (!pairs.every((pair): pair is [string, string] => typeof pair[1] === "string")) return null;
  // Texts only: each pair is two of them, and whatever JSON.parse dropped leaves more.
  const strings = text.match(STRINGS)?.length ?? 0;
  return strings === 2 * pairs.length ? pairs : [...pairs, ...pairs];
}

interface Credentials {
  readonly clientId: string | undefined;
  readonly secret: string | undefined;
}

const formDecoded = (text: string): string | null => {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return null;
  }
};

/** Id and secret of a Basic header, each form-encoded before they were joined (RFC 6749, 2.3.1). */
function basicCredentials(header: string): Read<Credentials> {
  const encoded = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(header.trim())?.[1];
  if (encoded === undefined) return fail(INVALID_CLIENT);
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  const clientId = formDecoded(text.slice(0, Math.max(colon, 0)));
  const secret = formDecoded(text.slice(colon + 1));
  if (colon < 1 || !clientId || !secret) return fail(INVALID_CLIENT);
  return ok({ clientId, secret });
}

const given = (parameters: Parameters, name: string): string | undefined => parameters.get(name) || undefined;

function credentialsOf(request: FastifyRequest, parameters: Parameters): Read<Credentials> {
  const inBody = { clientId: given(parameters, "client_id"), secret: given(parameters, "client_secret") };
  const { authorization } = request.headers;
  if (authorization === undefined) return ok(inBody);
  const basic = basicCredentials(authorization);
  if (!basic.ok) return basic;
  if (inBody.secret !== undefined)
    return fail(invalidRequest("The client authenticates in the header and in the body; use one."));
  if (inBody.clientId !== undefined && inBody.clientId !== basic.value.clientId)
    return fail(invalidRequest("The header and the body name different clients."));
  return basic;
}

/** Judges everything about a request that needs no look at the client. */
export function readTokenRequest(request: FastifyRequest, parameters: Parameters): Read<TokenRequest> {
  const grant = given(parameters, "grant_type");
  if (grant === undefined) return fail(invalidRequest("The parameter grant_type is missing."));
  if (grant !== CLIENT_CREDENTIALS && grant !== JWT_BEARER) {
    const description = "The grants are client_credentials and jwt-bearer.";
    return fail({ status: 400, error: "unsupported_grant_type", description });
  }
  const scope = parameters.get("scope");
  const credentials = credentialsOf(request, parameters);
  if (!credentials.ok) return credentials;
  const { clientId, secret } = credentials.value;
  if (grant === JWT_BEARER) return readJwtBearer(parameters, { clientId, secret, scope });
  if (parameters.has("assertion"))
    return fail(invalidRequest("An assertion belongs to the jwt-bearer grant."));
  if (clientId === undefined || secret === undefined) return fail(INVALID_CLIENT);
  if (clientId.length > MAX_CREDENTIAL || secret.length > MAX_CREDENTIAL || clientId.includes("\0"))
    return fail(INVALID_CLIENT);
  return ok({ grant, clientId, secret, scope });
}

function readJwtBearer(
  parameters: Parameters,
  { clientId, secret, scope }: Credentials & { scope: string | undefined },
): Read<TokenRequest> {
  if (secret !== undefined) return fail(invalidRequest("An assertion takes no secret beside it."));
  const assertion = given(parameters, "assertion");
  if (assertion === undefined) return fail(invalidRequest("The parameter assertion is missing."));
  if (assertion.length > MAX_ASSERTION) {
    return fail({ status: 413, error: "invalid_request", description: "The assertion is too large." });
  }
  return ok({ grant: JWT_BEARER, clientId, assertion, scope });
}
