/**
 * What a sink has taken: in memory for tests, in a file for runs where the sink outlives the sender. A receipt
 * is written before the answer leaves, so an answered message is always on record.
 */
import { createHash } from "node:crypto";
import { closeSync, openSync, writeSync } from "node:fs";

export interface Received {
  /** Unix milliseconds. */
  readonly at: number;
  /** Name of the sink: "smtp", "http", "webhook". */
  readonly sink: string;
  /** The sender's stable key: Idempotency-Key, webhook-id, `reference` of the body, or the Message-ID. */
  readonly key: string;
  readonly to: string;
  readonly subject: string;
  /** Lower-case names. Of an email: all its headers, unfolded. */
  readonly headers: Readonly<Record<string, string>>;
  readonly method: string;
  readonly path: string;
  readonly sizeBytes: number;
  /** Where the sink keeps "sha" or "body". */
  readonly sha256?: string;
  /** Where the sink keeps "body". */
  readonly body?: string;
}

/** What of a body is kept: nothing is fastest, its SHA-256, or the hash and the text itself. */
export type Keep = "none" | "sha" | "body";

export interface LedgerOptions {
  /** File to append to, one JSON line a receipt. */
  readonly log?: string;
  readonly keep?: Keep;
  /** false leaves the receipts out of memory: `received` stays empty, `count()` goes on. */
  readonly memory?: boolean;
  /** true drops a receipt whose key is known and counts it as a twin. */
  readonly keyed?: boolean;
}

interface Waiter {
  readonly check: () => boolean;
  readonly resolve: () => void;
}

export class Ledger {
  readonly received: Received[] = [];
  readonly #keep: Keep;
  readonly #inMemory: boolean;
  readonly #keys: Set<string> | null;
  readonly #file: number | null;
  readonly #waiters = new Set<Waiter>();
  #count = 0;
  #twins = 0;

  constructor(options: LedgerOptions) {
    this.#keep = options.keep ?? "body";
    this.#inMemory = options.memory ?? true;
    this.#keys = options.keyed === true ? new Set() : null;
    this.#file = options.log === undefined ? null : openSync(options.log, "a");
  }

  /** Records a receipt. The write is synchronous: 3 µs, and nothing is answered that is not on record. */
  add(receipt: Omit<Received, "sha256" | "body">, body: Buffer): void {
    if (this.#keys?.has(receipt.key)) {
      this.#twins += 1;
      this.#wake();
      return;
    }
    this.#keys?.add(receipt.key);
    const full = this.#withBody(receipt, body);
    if (this.#file !== null) writeSync(this.#file, `${JSON.stringify(full)}\n`);
    if (this.#inMemory) this.received.push(full);
    this.#count += 1;
    this.#wake();
  }

  #withBody(receipt: Omit<Received, "sha256" | "body">, body: Buffer): Received {
    if (this.#keep === "none") return receipt;
    const sha256 = createHash("sha256").update(body).digest("hex");
    return this.#keep === "sha"
      ? { ...receipt, sha256 }
      : { ...receipt, sha256, body: body.toString("utf8") };
  }

  #wake(): void {
    for (const waiter of this.#waiters) if (waiter.check()) waiter.resolve();
  }

  /** Receipts so far, twins of a keyed sink not among them. */
  count(): number {
    return this.#count;
  }

  twins(): number {
    return this.#twins;
  }

  clear(): void {
    this.received.length = 0;
    this.#keys?.clear();
    this.#count = 0;
    this.#twins = 0;
  }

  /** Resolves when `check` holds, looking after every receipt; rejects after `timeoutMs`. */
  waitFor(check: () => boolean, timeoutMs: number): Promise<void> {
    if (check()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
        settle();
      };
      const waiter: Waiter = { check, resolve: () => end(resolve) };
      const timer = setTimeout(() => {
        end(() => reject(new Error(`waited ${timeoutMs} ms in vain; ${this.#count} receipts so far`)));
      }, timeoutMs);
      this.#waiters.add(waiter);
    });
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
  }
}
