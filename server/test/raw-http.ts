/**
 * HTTP byte by byte over a socket, for requests that a well-behaved client cannot send, and the rules that every
 * refusal of the External API keeps (decisions: transport and errors).
 */
import { connect } from "node:net";
import { watchTables } from "./checksums.ts";
import type { Stack } from "./stack.ts";

export interface RawAnswer {
  /** 0: the connection ended without an answer. */
  readonly status: number;
  /** By lower-case name; of twins the last. */
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the answer holds; undefined when it is no JSON
  readonly body: any;
  readonly elapsedMs: number;
}

export interface RawRequest {
  /** POST when not given. */
  readonly method?: string;
  /** As it goes on the request line: nothing is escaped or resolved. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** Whoever has not answered by then hangs: far above what a loaded machine takes. */
const ANSWER_TIMEOUT_MS = 60_000;

/** Sends one well-framed request with whatever stands in it. The length is given unless a header says otherwise. */
export function ask(url: string, request: RawRequest): Promise<RawAnswer> {
  const { method = "POST", path, headers = {}, body = "" } = request;
  const isFramed = Object.keys(headers).some((name) => /^(content-length|transfer-encoding)$/i.test(name));
  const lines = [
    `${method} ${path} HTTP/1.1`,
    `Host: ${new URL(url).host}`,
    "Connection: close",
    ...(isFramed ? [] : [`Content-Length: ${Buffer.byteLength(body)}`]),
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return send(url, [`${lines.join("\r\n")}\r\n\r\n`, body], { hasBody: method !== "HEAD" });
}

/**
 * Writes the pieces as they are and reads the first answer. A server that refuses a body before its end may close
 * while we still write: that is no failure once it has answered.
 */
export function send(
  url: string,
  pieces: readonly (string | Buffer)[],
  { hasBody = true }: { hasBody?: boolean } = {},
): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  const startMs = performance.now();
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
  const socket = connect({ host: hostname, port: Number(port) });
  let received = Buffer.alloc(0);
  const finish = (): void => {
    clearTimeout(timer);
    socket.destroy();
    resolve({ ...readAnswer(received), elapsedMs: performance.now() - startMs });
  };
  const timer = setTimeout(() => {
    socket.destroy();
    reject(new Error(`no whole answer within ${ANSWER_TIMEOUT_MS} ms: ${received.toString("latin1")}`));
  }, ANSWER_TIMEOUT_MS);
  socket.on("data", (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    if (isWhole(received, hasBody)) finish();
  });
  socket.on("error", finish);
  socket.on("close", finish);
  for (const piece of pieces) socket.write(piece);
  return promise;
}

const HEAD_END = "\r\n\r\n";

/** Answers without a length end with the connection, or with their last chunk. */
function isWhole(received: Buffer, hasBody: boolean): boolean {
  const end = received.indexOf(HEAD_END);
  if (end === -1) return false;
  if (!hasBody) return true;
  const head = received.toString("latin1", 0, end);
  if (CHUNKED.test(head)) return received.toString("latin1", end).endsWith("\r\n0\r\n\r\n");
  const length = /^content-length: (\d+)/im.exec(head)?.[1];
  return length !== undefined && received.length >= end + HEAD_END.length + Number(length);
}

const CHUNKED = /^transfer-encoding: chunked/im;

/** The chunks of a short answer put together; their lengths count bytes. */
function joinChunks(bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = bytes.indexOf("\r\n", at);
    const length = Number.parseInt(bytes.toString("latin1", at, lineEnd), 16);
    if (lineEnd === -1 || !(length > 0)) return Buffer.concat(parts);
    parts.push(bytes.subarray(lineEnd + 2, lineEnd + 2 + length));
    at = lineEnd + 2 + length + 2;
  }
}

function readAnswer(received: Buffer): Omit<RawAnswer, "elapsedMs"> {
  const end = received.indexOf(HEAD_END);
  if (end === -1) return { status: 0, headers: new Map(), text: "", body: undefined };
  const [statusLine = "", ...lines] = received.toString("latin1", 0, end).split("\r\n");
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const rest = received.subarray(end + HEAD_END.length);
  const text = (headers.get("transfer-encoding") === "chunked" ? joinChunks(rest) : rest).toString("utf8");
  return { status: Number(statusLine.split(" ")[1]), headers, text, body: parsed(text) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// What only the inside knows: stack traces, modules, SQL, SQLSTATE, roles.
const INTERNALS =
  /node_modules|\bat \S+:\d+:\d+|\.ts\b|select .* from|postgres|sqlstate|carillon_(app|dispatch)/i;

const isSentences = (value: unknown): boolean =>
  Array.isArray(value) && value.length > 0 && value.every((text) => typeof text === "string" && text !== "");

/** What is wrong with an answer that ought to be a refusal with this status; empty when nothing is. */
export function refusalFaults(answer: RawAnswer, status: number): string[] {
  const { headers, body, text } = answer;
  const { code, success, message, errors } = typeof body === "object" && body !== null ? body : {};
  const rules: readonly (readonly [isKept: boolean, fault: string])[] = [
    [answer.status === status, `status ${answer.status} instead of ${status}`],
    [code === answer.status, `code ${code} beside status ${answer.status}`],
    [success === false, `success ${success}`],
    [typeof message === "string" && message !== "", `message ${JSON.stringify(message)}`],
    [
      errors === undefined || Object.values(errors).every(isSentences),
      `errors are not lists of sentences by field: ${JSON.stringify(errors)}`,
    ],
    [
      headers.get("content-type") === "application/json; charset=utf-8",
      `content-type ${headers.get("content-type")}`,
    ],
    [headers.get("cache-control") === "no-store", `cache-control ${headers.get("cache-control")}`],
    [(headers.get("x-request-id") ?? "") !== "", "no x-request-id"],
    [!INTERNALS.test(text), "tells of the inside"],
  ];
  const faults = rules.filter(([isKept]) => !isKept).map(([, fault]) => fault);
  return faults.length === 0 ? [] : [...faults, `answer: ${text.slice(0, 400)}`];
}

/**
 * Sends what must be refused.
 * @returns the answer, and everything that is wrong about it: its form, and the tables that the call has changed.
 */
export async function refusal(
  stack: Stack,
  request: RawRequest | readonly (string | Buffer)[],
  status: number,
): Promise<{ answer: RawAnswer; faults: string[] }> {
  const sent = () => ("path" in request ? ask(stack.url, request) : send(stack.url, request));
  const { value: answer, changed } = await watchTables(stack.owner, sent);
  return {
    answer,
    faults: [...refusalFaults(answer, status), ...changed.map((table) => `${table} changed`)],
  };
}

/** The path of an operation. */
export const pathOf = (operation: string): string => `/api/external/${operation}`;

/**
 * A JSON body that may hold what JSON.stringify cannot write: `fields` is the text between the braces, after the
 * token.
 */
export const rawBody = (token: string, fields: string): string =>
  `{"apptoken":${JSON.stringify(token)}${fields === "" ? "" : `,${fields}`}}`;
