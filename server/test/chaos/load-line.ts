/** One keep-alive connection of the overload run's client: a call at a time, read no further than the books need. */
import { connect, type Socket } from "node:net";

export interface LineAnswer {
  readonly status: number;
  readonly hasRetryAfter: boolean;
  /** Of the execution; 0 when there is none. */
  readonly id: number;
}

export interface LineEvents {
  /** @param answer null when the connection ended without one. */
  answered(line: LoadLine, no: number, answer: LineAnswer | null): void;
  /** It takes no more calls. */
  closed(line: LoadLine): void;
}

const NONE = -1;

export class LoadLine {
  readonly #socket: Socket;
  readonly #events: LineEvents;
  #no = NONE;
  #received = "";

  constructor(at: { host: string; port: number }, events: LineEvents) {
    this.#events = events;
    this.#socket = connect({ ...at, noDelay: true });
    this.#socket.on("data", (bytes) => this.#take(bytes));
    this.#socket.on("error", () => this.#socket.destroy());
    this.#socket.on("close", () => {
      const no = this.#no;
      this.#no = NONE;
      if (no !== NONE) events.answered(this, no, null);
      events.closed(this);
    });
  }

  call(no: number, bytes: Buffer): void {
    this.#no = no;
    this.#socket.write(bytes);
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(bytes: Buffer): void {
    this.#received += bytes.toString("latin1");
    const text = this.#received;
    const headEnd = text.indexOf("\r\n\r\n");
    if (headEnd < 0) return;
    const lengthAt = text.search(/content-length: /i) + CONTENT_LENGTH.length;
    if (text.length < headEnd + 4 + Number.parseInt(text.slice(lengthAt, lengthAt + 9), 10)) return;
    const no = this.#no;
    this.#no = NONE;
    this.#received = "";
    const status = Number(text.slice(9, 12));
    const id = status === 200 ? Number(/"id":(\d+)/.exec(text)?.[1] ?? 0) : 0;
    const hasRetryAfter = status !== 200 && /\r\nretry-after: \d/i.test(text);
    this.#events.answered(this, no, { status, hasRetryAfter, id });
  }
}

const CONTENT_LENGTH = "content-length: ";
