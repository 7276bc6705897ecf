/**
 * One request and its answer, as undici reports them. Settles exactly once, and knows what is certain at that
 * moment: before `onRequestStart` nothing was written; once a status line is in, the answer stands, whatever
 * becomes of the body.
 */
import type { Dispatcher } from "undici";

export type SafeAnswer =
  /** Header names in lower case. `body` is cut at `maxBytes`. A 3xx is an answer like any other. */
  | {
      readonly kind: "answer";
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Buffer;
    }
  /** Refused by our own rules; trying again is no use. */
  | { readonly kind: "blocked"; readonly reason: string }
  /** Certainly nothing was handed over: name, connection or TLS failed before the request was written. */
  | { readonly kind: "not_sent"; readonly reason: string }
  /** The request may have arrived. */
  | { readonly kind: "lost"; readonly reason: string };

export interface SafeExchangeOptions {
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly signal: AbortSignal | undefined;
  readonly isBlocked: (error: unknown) => boolean;
  readonly settle: (answer: SafeAnswer) => void;
}

type Headers = Record<string, string | string[] | undefined>;

export class SafeExchange implements Dispatcher.DispatchHandler {
  readonly #options: SafeExchangeOptions;
  readonly #timer: NodeJS.Timeout | undefined;
  #controller: Dispatcher.DispatchController | null = null;
  #status = 0;
  #headers: Headers = {};
  #chunks: Buffer[] = [];
  #sizeBytes = 0;
  isSettled = false;

  constructor(options: SafeExchangeOptions) {
    this.#options = options;
    const { signal, timeoutMs } = options;
    if (signal?.aborted) {
      this.#settle({ kind: "not_sent", reason: "stopped" });
      return;
    }
    this.#timer = setTimeout(() => this.#giveUp(`no answer within ${timeoutMs} ms`), timeoutMs);
    signal?.addEventListener("abort", this.#onAbort, { once: true });
  }

  readonly #onAbort = (): void => this.#giveUp("stopped");

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Given up while it waited for a connection. undici has no other way to take a request out of its queue.
    if (this.isSettled) controller.abort(new Error("given up"));
    else this.#controller = controller;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    if (status < 200) return; // 100 and 103 only announce the answer
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.isSettled) return;
    this.#chunks.push(chunk);
    this.#sizeBytes += chunk.length;
    if (this.#sizeBytes >= this.#options.maxBytes) this.#giveUp("cut");
  }

  onResponseEnd(): void {
    this.#settle(this.#answer());
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(error);
  }

  /** Ends with what is certain after this error. */
  fail(error: unknown): void {
    if (this.#options.isBlocked(error)) this.#settle({ kind: "blocked", reason: (error as Error).message });
    else this.#end(reasonOf(error));
  }

  #giveUp(reason: string): void {
    if (this.isSettled) return;
    this.#end(reason);
    this.#controller?.abort(new Error(reason));
  }

  #end(reason: string): void {
    if (this.#status !== 0) this.#settle(this.#answer());
    else this.#settle({ kind: this.#controller === null ? "not_sent" : "lost", reason });
  }

  #answer(): SafeAnswer {
    const body = Buffer.concat(this.#chunks).subarray(0, this.#options.maxBytes);
    return { kind: "answer", status: this.#status, headers: flatten(this.#headers), body };
  }

  #settle(answer: SafeAnswer): void {
    if (this.isSettled) return;
    this.isSettled = true;
    clearTimeout(this.#timer);
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
    this.#options.settle(answer);
  }
}

function flatten(headers: Headers): Record<string, string> {
  const flat: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return flat;
}

/** In words where the code is a frequent one; never with the address, which may be an internal one. */
const WORDS: Readonly<Record<string, string>> = {
  ENOTFOUND: "the name does not resolve",
  EAI_AGAIN: "the name does not resolve now",
  ECONNREFUSED: "connection refused",
  ECONNRESET: "connection reset",
  EPIPE: "connection reset",
  ETIMEDOUT: "no connection in time",
  UND_ERR_CONNECT_TIMEOUT: "no connection in time",
  UND_ERR_SOCKET: "connection closed without an answer",
  EHOSTUNREACH: "host unreachable",
  ENETUNREACH: "network unreachable",
  UND_ERR_DESTROYED: "closing down",
  UND_ERR_CLOSED: "closing down",
};

function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  if (code === undefined) return message ?? "failed";
  return WORDS[code] ?? (code.startsWith("HPE_") ? `not an HTTP answer (${code})` : code);
}
