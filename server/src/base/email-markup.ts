/**
 * Email authoring: MJML to HTML, CSS into style attributes, HTML to plain text; when something is saved or looked at,
 * never for each person. The libraries take most of a second to load, and one hostile style sheet keeps them busy
 * for minutes, so they live in a thread of their own that is started when first needed and ended when it takes
 * too long. Twig's tags pass through untouched; one that has no place in MJML is an error, not a silent loss.
 */
import { Worker } from "node:worker_threads";

export interface MarkupError {
  /** From 1; 0 where it is about the whole. */
  readonly line: number;
  readonly message: string;
}

export interface Markup {
  /** "" when there is none. */
  readonly text: string;
  readonly errors: readonly MarkupError[];
}

export interface Job {
  readonly id: number;
  readonly kind: "mjml" | "inline" | "text";
  readonly text: string;
}

export interface Finished {
  readonly id: number;
  readonly markup: Markup;
}

/** A large email takes 20 ms. */
const TIMEOUT_MS = 4_000;
/** Loading the libraries takes a second, and several on a busy machine. */
const START_TIMEOUT_MS = 30_000;
const MAX_HEAP_MB = 192;
/** Behind this many, a caller hears so at once. */
const MAX_WAITING = 32;

const failed = (message: string): Markup => ({ text: "", errors: [{ line: 0, message }] });
const TOO_MUCH = failed("The markup takes too long to work on: make it smaller.");
const BUSY = failed("Too much markup is being worked on; please try again.");

interface Waiting {
  readonly job: Job;
  readonly resolve: (markup: Markup) => void;
}

/** One thread, one job at a time. */
class MarkupThread {
  #worker: Worker | null = null;
  #timer: NodeJS.Timeout | undefined;
  #running: Waiting | null = null;
  readonly #waiting: Waiting[] = [];
  #lastId = 0;

  run(kind: Job["kind"], text: string): Promise<Markup> {
    if (this.#waiting.length >= MAX_WAITING) return Promise.resolve(BUSY);
    this.#lastId += 1;
    const job = { id: this.#lastId, kind, text };
    return new Promise((resolve) => {
      this.#waiting.push({ job, resolve });
      this.#next();
    });
  }

  #next(): void {
    if (this.#running !== null) return;
    this.#running = this.#waiting.shift() ?? null;
    if (this.#running === null) return;
    this.#allow(this.#worker === null ? START_TIMEOUT_MS : TIMEOUT_MS);
    this.#worker ??= this.#start();
    this.#worker.postMessage(this.#running.job);
  }

  #allow(timeoutMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#giveUp(), timeoutMs);
  }

  #start(): Worker {
    const worker = new Worker(new URL("./email-markup-thread.ts", import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
      // Nothing of the environment is its business: the settings hold secrets.
      env: {},
    });
    worker.on("message", (message: Finished | "ready") => {
      if (message === "ready") this.#allow(TIMEOUT_MS);
      else if (this.#running?.job.id === message.id) this.#settle(message.markup);
    });
    worker.on("error", () => this.#lose(worker));
    worker.on("exit", () => this.#lose(worker));
    worker.unref();
    return worker;
  }

  #giveUp(): void {
    const worker = this.#worker;
    this.#worker = null;
    void worker?.terminate();
    this.#settle(TOO_MUCH);
  }

  /** Out of memory, for one: the job that ran is the one that did it. */
  #lose(worker: Worker): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    if (this.#running !== null) this.#settle(TOO_MUCH);
  }

  #settle(markup: Markup): void {
    clearTimeout(this.#timer);
    const done = this.#running;
    this.#running = null;
    done?.resolve(markup);
    this.#next();
  }
}

const thread = new MarkupThread();

export const compileMjml = (mjml: string): Promise<Markup> => thread.run("mjml", mjml);

/** Moves the rules of style sheets into style attributes, where every mail client reads them. */
export const inlineCss = (html: string): Promise<Markup> => thread.run("inline", html);

/** The text part that says what the HTML says. */
export const plainTextOf = (html: string): Promise<Markup> => thread.run("text", html);
