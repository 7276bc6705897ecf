/**
 * A client that costs the machine little, so that what is measured is the server: keep-alive connections, one
 * request at a time on each (no pipelining), requests as prepared bytes, answers parsed for status and body only.
 */
import { connect, type Socket } from "node:net";

export interface Call {
  readonly path: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly body: string;
  /** From the first byte of the request to the last one of the answer. */
  readonly ms: number;
}

/** Makes `calls` over `connections` connections. @returns the answers in the order of the calls. */
export async function makeCalls(url: string, calls: readonly Call[], connections: number): Promise<Answer[]> {
  const { hostname, port } = new URL(url);
  const answers = new Array<Answer>(calls.length);
  const waiting = calls.entries();
  const run = async (): Promise<void> => {
    const line = await Line.open(hostname, Number(port));
    try {
      for (const [i, call] of waiting) answers[i] = await line.call(requestBytes(hostname, call));
    } finally {
      line.close();
    }
  };
  await Promise.all(Array.from({ length: Math.min(connections, calls.length) }, run));
  return answers;
}

function requestBytes(host: string, { path, body, headers = {} }: Call): Buffer {
  const further = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head =
    `POST ${path} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n` +
    `Content-Length: ${Buffer.byteLength(body)}\r\n${further.join("")}\r\n`;
  return Buffer.from(head + body, "utf8");
}

const HEAD_END = Buffer.from("\r\n\r\n");

/** One connection. */
class Line {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #pending: { resolve: (answer: Answer) => void; reject: (error: Error) => void; startMs: number } | null =
    null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (bytes) => this.#take(bytes));
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () => this.#fail(new Error("the server closed the connection")));
  }

  static open(host: string, port: number): Promise<Line> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port, noDelay: true });
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.removeListener("error", reject);
        resolve(new Line(socket));
      });
    });
  }

  call(bytes: Buffer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#pending = { resolve, reject, startMs: performance.now() };
      this.#socket.write(bytes);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #fail(error: Error): void {
    this.#pending?.reject(error);
    this.#pending = null;
  }

  #take(bytes: Buffer): void {
    this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes]);
    const headEnd = this.#received.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = this.#received.toString("latin1", 0, headEnd);
    const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
    if (length === undefined) {
      this.#fail(new Error(`an answer without Content-Length: ${head}`));
      return;
    }
    const start = headEnd + HEAD_END.length;
    const end = start + Number(length);
    if (this.#received.length < end) return;
    const body = this.#received.toString("utf8", start, end);
    this.#received = this.#received.subarray(end);
    const pending = this.#pending;
    this.#pending = null;
    pending?.resolve({ status: Number(head.slice(9, 12)), body, ms: performance.now() - pending.startMs });
  }
}
