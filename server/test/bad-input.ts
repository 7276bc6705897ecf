/**
 * The front door of a file of the bad-input catalogue: one stack, and rows that say in a line what is sent and what must
 * be answered. Every refusal is judged by its form, by the fields that it names, and by the database: no table may
 * have changed.
 */
import { afterAll, beforeAll, expect } from "vitest";
import { type Checksums, changedTables, tableChecksums } from "./checksums.ts";
import { ask, pathOf, type RawAnswer, type RawRequest, rawBody, refusalFaults, send } from "./raw-http.ts";
import { type Stack, type StackOptions, startStack } from "./stack.ts";

/** What is sent: the fields of a body behind the token, as JSON text, unless the bytes are given otherwise. */
export interface Call extends Omit<RawRequest, "path"> {
  /** `method/model`; or the whole path. */
  readonly to?: string;
  readonly path?: string;
  readonly fields?: string;
}

type Bytes = readonly (string | Buffer)[];

export interface Expected {
  /** 400 when not given. */
  readonly status?: number;
  /** The fields that the answer names, all of them, in this order. */
  readonly named?: readonly string[];
  /** What the first sentence about the first field says, among other words; without fields, the message. */
  readonly says?: string | RegExp;
}

export type Row = readonly [name: string, call: Call, expected?: Expected];

/** What is done before the first row. */
export interface DoorOptions extends StackOptions {
  readonly prepare?: (stack: Stack) => Promise<void>;
}

/** Opens a stack without workers around the tests of the file that calls it. */
export function openDoor({ prepare, ...options }: DoorOptions = {}): FrontDoor {
  const door = new FrontDoor();
  beforeAll(async () => {
    await door.open(await startStack({ workers: 0, ...options }));
    await prepare?.(door.stack);
  });
  afterAll(() => door.stack.stop());
  return door;
}

/** Rows that go out side by side: enough to keep two cores busy. */
const SIDE_BY_SIDE = 4;

export class FrontDoor {
  #stack: Stack | null = null;
  /** What the tables held after the last refusal; null when somebody may have written since. */
  #sums: Checksums | null = null;

  async open(stack: Stack): Promise<void> {
    this.#stack = stack;
  }

  /** Whoever takes the stack in hand may write: what the tables held is forgotten. Take it anew each time. */
  get stack(): Stack {
    this.#sums = null;
    return this.#opened;
  }

  get #opened(): Stack {
    if (this.#stack === null) throw new Error("the stack is not open yet");
    return this.#stack;
  }

  get url(): string {
    return this.#opened.url;
  }

  get token(): string {
    return this.#opened.token;
  }

  requestOf(call: Call): RawRequest {
    const { to, path, fields, ...rest } = call;
    const body = rest.body ?? rawBody(this.token, fields ?? "");
    return { ...rest, path: path ?? pathOf(to ?? ""), body };
  }

  /** Sends without judging; it may change what it likes. */
  ask(call: Call): Promise<RawAnswer> {
    this.#sums = null;
    return this.#ask(call);
  }

  #ask(call: Call | Bytes): Promise<RawAnswer> {
    return "length" in call ? send(this.url, call) : ask(this.url, this.requestOf(call));
  }

  async accepts(call: Call): Promise<RawAnswer> {
    const answer = await this.ask(call);
    expect(answer.body).toMatchObject({ code: 200, success: true });
    return answer;
  }

  /** Does `work`, which must change nothing: what is sent another way than through here. */
  async unchanged<T>(work: () => Promise<T>): Promise<T> {
    const { value, changed } = await this.#watched(work);
    expect(changed).toEqual([]);
    return value;
  }

  /** Sends what must be refused, and judges everything about the answer. */
  async refuses(call: Call | Bytes, expected: Expected = {}): Promise<RawAnswer> {
    const { value: answer, changed } = await this.#watched(() => this.#ask(call));
    expectNone([...answerFaults(answer, expected), ...changed.map((name) => `${name} changed`)]);
    return answer;
  }

  /**
   * Sends rows that must all be refused, some at a time, and looks at the tables before and after them all. Where they
   * changed, the rows go out once more one by one: the name of the guilty one stands in the failure.
   */
  async refusesAll(rows: readonly Row[]): Promise<void> {
    const { value: faults, changed } = await this.#watched(() => this.#judgeAll(rows));
    if (changed.length > 0) faults.push(`changed by one of them: ${changed.join(", ")}`);
    if (changed.length > 0) faults.push(...(await this.#namesOfGuilty(rows)));
    expectNone(faults);
  }

  async #judgeAll(rows: readonly Row[]): Promise<string[]> {
    const left = rows.entries();
    const faults: string[][] = rows.map(() => []);
    const work = async (): Promise<void> => {
      for (const [index, [name, call, expected = {}]] of left) {
        const found = answerFaults(await this.#ask(call), expected);
        faults[index] = found.map((fault) => `${name}: ${fault}`);
      }
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
    return faults.flat();
  }

  async #namesOfGuilty(rows: readonly Row[]): Promise<string[]> {
    const guilty: string[] = [];
    for (const [name, call] of rows) {
      const { changed } = await this.#watched(() => this.#ask(call));
      if (changed.length > 0) guilty.push(`${name}: changed ${changed.join(", ")}`);
    }
    return guilty;
  }

  async #watched<T>(work: () => Promise<T>): Promise<{ value: T; changed: string[] }> {
    const { owner } = this.#opened;
    const before = this.#sums ?? (await tableChecksums(owner));
    const value = await work();
    this.#sums = await tableChecksums(owner);
    return { value, changed: changedTables(before, this.#sums) };
  }
}

/** All of them stand in the failure: an assertion alone would cut a long list short. */
const expectNone = (faults: readonly string[]): void => expect(faults, faults.join("\n")).toEqual([]);

function answerFaults(answer: RawAnswer, { status = 400, named, says }: Expected): string[] {
  const faults = refusalFaults(answer, status);
  const errors: Readonly<Record<string, readonly string[]>> = answer.body?.errors ?? {};
  const names = Object.keys(errors);
  if (named !== undefined && JSON.stringify(names) !== JSON.stringify(named))
    faults.push(`names ${JSON.stringify(names)} instead of ${JSON.stringify(named)}`);
  const sentence = errors[names[0] ?? ""]?.[0] ?? answer.body?.message ?? "";
  const isSaid = typeof says === "string" ? sentence.includes(says) : (says?.test(sentence) ?? true);
  if (!isSaid) faults.push(`says ${JSON.stringify(sentence)} instead of ${says}`);
  return faults;
}
