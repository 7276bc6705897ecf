/** Answers to what never becomes a request: the same envelope and headers, written on the bare socket. */
import { randomUUID } from "node:crypto";
import { type Server, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";

export const JSON_TYPE = "application/json; charset=utf-8";
const JSON_HEADERS = { "content-type": JSON_TYPE, "cache-control": "no-store" };

const SENTENCES = {
  400: "The request is not valid HTTP.",
  408: "The request was not complete in time.",
  417: "The expectation cannot be met.",
  431: "The headers are too large.",
} as const;
type BareStatus = keyof typeof SENTENCES;

/** By the code of Node's parser; all others are a malformed request. */
const CLIENT_ERRORS: Readonly<Record<string, BareStatus>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
};

const envelope = (code: BareStatus): string =>
  JSON.stringify({ code, success: false, message: SENTENCES[code] });

/** What is no HTTP: answered and closed. */
export function answerClientError(error: { readonly code?: string }, socket: Socket): void {
  const status = CLIENT_ERRORS[error.code ?? ""] ?? 400;
  const body = envelope(status);
  const headers = {
    ...JSON_HEADERS,
    "x-request-id": randomUUID(),
    "content-length": String(body.length),
    connection: "close",
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  if (socket.writable)
    socket.write([`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, "", body].join("\r\n"));
  socket.destroySoon();
}

/** `Expect: x` is answered by Node itself, without a body, unless somebody listens. */
export function answerExpectations(server: Server): void {
  server.on("checkExpectation", (_request, response) => {
    response.writeHead(417, { ...JSON_HEADERS, "x-request-id": randomUUID() });
    response.end(envelope(417));
  });
}
