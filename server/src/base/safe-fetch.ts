/**
 * HTTP to URLs that a customer typed (webhooks) or an operator set (SMS providers). Unless private addresses are
 * allowed, every address a name resolves to must be public, and the connection goes to exactly the addresses that
 * were checked: a name that changes between the check and the connect gains nothing. Redirects are never followed.
 * The answer says what is certain: `not_sent` means that no byte of the request left.
 */
import { lookup as lookupName } from "node:dns/promises";
import { isIP, type LookupFunction } from "node:net";
import { Agent, buildConnector } from "undici";
import type { Log } from "./log.ts";
import { refusedRange } from "./private-address.ts";
import { type SafeAnswer, SafeExchange } from "./safe-exchange.ts";

export type { SafeAnswer } from "./safe-exchange.ts";

export interface SafeRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE" | "HEAD";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** For everything: the wait for a connection, the request, and the answer with its body. */
  readonly timeoutMs: number;
  /** How much of the answer's body is kept; the rest is not read. 20,480 where not given. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

export interface SafeFetch {
  /** Sends one request. Never throws, never rejects. */
  request(request: SafeRequest): Promise<SafeAnswer>;
  /** Why this URL would be refused, as a sentence; null when it is fine. Resolves no name: for the moment of saving. */
  checkUrl(url: string): string | null;
  /** Ends all connections at once; requests under way end as `lost` or `not_sent`. */
  close(): Promise<void>;
}

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

export interface SafeFetchOptions {
  /** Also lifts the rule about ports: what runs in a LAN is rarely on 443. */
  readonly allowPrivateAddresses: boolean;
  /** Where private addresses are not allowed; 80, 443 and 8443 where not given. */
  readonly ports?: ReadonlySet<number>;
  /** Connections to one origin at a time; further requests wait. Not limited where not given. */
  readonly connectionsPerOrigin?: number;
  readonly log: Log;
  /** All addresses of a name; the system's resolver where not given. */
  readonly resolve?: (hostname: string) => Promise<readonly ResolvedAddress[]>;
}

/** Enough to read an error page by, little enough to store with every failed try. */
const DEFAULT_MAX_BYTES = 20_480;
/** A host that has not answered a SYN by now will not. */
const CONNECT_TIMEOUT_MS = 10_000;
const PUBLIC_PORTS: ReadonlySet<number> = new Set([80, 443, 8443]);
/** These are the connection's business. A Host header of one's own would also change the name in TLS. */
const OWN_HEADERS =
  /^(host|connection|content-length|transfer-encoding|keep-alive|upgrade|expect|te|trailer|proxy-.*)$/i;

/** The refusal travels through undici as an error and comes out as an answer. */
class Blocked extends Error {
  override readonly name = "Blocked";
}

/** Makes a client with its own pool of connections. `close` it. */
export function createSafeFetch(options: SafeFetchOptions): SafeFetch {
  const agent = createAgent(options);
  const checkUrl = (url: string): string | null => {
    const parsed = parse(url);
    return typeof parsed === "string" ? parsed : refusal(parsed, options);
  };
  return {
    checkUrl,
    async request(request) {
      const url = parse(request.url);
      if (typeof url === "string") return { kind: "blocked", reason: url };
      const reason = refusal(url, options) ?? headerRefusal(request.headers ?? {});
      if (reason !== null) return { kind: "blocked", reason };
      const answer = await exchange(agent, url, request);
      if (answer.kind === "blocked")
        options.log.info({ host: url.hostname, reason: answer.reason }, "request refused");
      return answer;
    },
    close: () => agent.destroy(),
  };
}

function exchange(agent: Agent, url: URL, request: SafeRequest): Promise<SafeAnswer> {
  return new Promise((resolve) => {
    const handler = new SafeExchange({
      timeoutMs: request.timeoutMs,
      maxBytes: request.maxBytes ?? DEFAULT_MAX_BYTES,
      signal: request.signal,
      isBlocked: (error) => error instanceof Blocked || codeOf(error) === "UND_ERR_INVALID_ARG",
      settle: resolve,
    });
    if (handler.isSettled) return;
    const { method, headers = {}, body } = request;
    try {
      agent.dispatch(
        {
          origin: url.origin,
          path: url.pathname + url.search,
          method,
          headers,
          body: body === undefined ? null : body,
        },
        handler,
      );
    } catch (error) {
      handler.fail(error);
    }
  });
}

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null)?.code;

function createAgent(options: SafeFetchOptions): Agent {
  const { allowPrivateAddresses, connectionsPerOrigin, resolve = resolveBySystem } = options;
  const lookup = allowPrivateAddresses ? lookupAny(resolve) : lookupPublic(resolve);
  const connector = buildConnector({ allowH2: false, timeout: CONNECT_TIMEOUT_MS, lookup });
  return new Agent({
    // A literal never reaches the lookup, so it is checked here as well.
    connect: (target, callback) => {
      const range =
        allowPrivateAddresses || isIP(target.hostname) === 0 ? null : refusedRange(target.hostname);
      if (range !== null) callback(new Blocked(refusedSentence(range)), null);
      else connector(target, callback);
    },
    connections: connectionsPerOrigin ?? null,
    // Both are covered by the request's own time limit.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

const resolveBySystem = (hostname: string): Promise<ResolvedAddress[]> => lookupName(hostname, { all: true });

type Resolve = NonNullable<SafeFetchOptions["resolve"]>;

function lookupPublic(resolve: Resolve): LookupFunction {
  return lookupAny(async (hostname) => {
    const addresses = await resolve(hostname);
    // One private address among public ones is an attack or a mistake; either way nothing is sent.
    for (const { address } of addresses) {
      const range = refusedRange(address);
      if (range !== null) throw new Blocked(refusedSentence(range));
    }
    return addresses;
  });
}

function lookupAny(resolve: Resolve): LookupFunction {
  return (hostname, lookupOptions, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const [first] = addresses;
        if (first === undefined) callback(notFound(), "", 4);
        else if (lookupOptions.all === true)
          callback(
            null,
            addresses.map((one) => ({ ...one })),
          );
        else callback(null, first.address, first.family);
      },
      (error: unknown) => callback(error as Error, "", 4),
    );
  };
}

const notFound = (): Error => Object.assign(new Error("no address"), { code: "ENOTFOUND" });
const refusedSentence = (range: string): string => `The address of this host is not public: ${range}.`;

function parse(url: string): URL | string {
  return URL.canParse(url) ? new URL(url) : "This is not an absolute URL.";
}

function refusal(url: URL, options: SafeFetchOptions): string | null {
  if (url.protocol !== "http:" && url.protocol !== "https:") return "Only http and https are allowed.";
  if (url.username !== "" || url.password !== "") return "A URL with a user name or password is not allowed.";
  if (url.hostname === "") return "The URL has no host.";
  if (options.allowPrivateAddresses) return null;
  const { ports = PUBLIC_PORTS } = options;
  const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  if (!ports.has(port)) return `Only the ports ${[...ports].join(", ")} are allowed.`;
  return hostRefusal(url.hostname);
}

/** The URL parser has brought every notation of an IPv4 address (octal, hex, one number, full width) into one form. */
function hostRefusal(hostname: string): string | null {
  const host = hostname.startsWith("[") ? hostname.slice(1, -1) : hostname.replace(/\.$/, "");
  if (host === "localhost" || host.endsWith(".localhost")) return refusedSentence("loopback");
  const range = isIP(host) === 0 ? null : refusedRange(host);
  return range === null ? null : refusedSentence(range);
}

function headerRefusal(headers: Readonly<Record<string, string>>): string | null {
  const own = Object.keys(headers).find((name) => OWN_HEADERS.test(name));
  return own === undefined ? null : `The header ${own} cannot be set.`;
}
