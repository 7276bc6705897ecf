/**
 * The machine behind `matches`: all states of the pattern advance together over the text (Thompson), so the time
 * is at most text times pattern and no pattern can run away. Groups capture nothing; the answer is yes or no.
 */
import { type CharTest, isWord } from "./char-test.ts";
import { readPattern } from "./pattern-parser.ts";
import { type Assertion, PatternFault, type PatternNode } from "./pattern-tree.ts";

/** Instructions; `{1000}` of a long group would make more. */
const MAX_PROGRAM = 3000;
const MAX_PATTERN_LENGTH = 2000;
/** State visits that cost one step. */
const VISITS_PER_STEP = 4;

type Instruction =
  | { readonly kind: "char"; readonly test: CharTest }
  | { readonly kind: "assert"; readonly assertion: Assertion }
  | { readonly kind: "split"; first: number; second: number }
  | { readonly kind: "jump"; to: number }
  | { readonly kind: "match" };

class ProgramWriter {
  readonly program: Instruction[] = [];

  add<T extends Instruction>(instruction: T): T {
    if (this.program.length >= MAX_PROGRAM) throw new PatternFault("it is too large");
    this.program.push(instruction);
    return instruction;
  }

  get next(): number {
    return this.program.length;
  }

  write(node: PatternNode): void {
    switch (node.kind) {
      case "char":
      case "assert":
        this.add(node);
        return;
      case "all":
        for (const part of node.parts) this.write(part);
        return;
      case "either":
        this.writeEither(node.parts);
        return;
      case "repeat":
        this.writeRepeat(node);
    }
  }

  writeEither(parts: readonly PatternNode[]): void {
    const ends: { to: number }[] = [];
    for (const part of parts.slice(0, -1)) {
      const split = this.add({ kind: "split" as const, first: 0, second: 0 });
      split.first = this.next;
      this.write(part);
      ends.push(this.add({ kind: "jump" as const, to: 0 }));
      split.second = this.next;
    }
    this.write(parts.at(-1)!);
    for (const end of ends) end.to = this.next;
  }

  writeRepeat({ part, min, max }: Extract<PatternNode, { kind: "repeat" }>): void {
    for (let i = 0; i < min; i++) this.write(part);
    if (max === Number.POSITIVE_INFINITY) {
      const split = this.add({ kind: "split" as const, first: 0, second: 0 });
      const start = this.next - 1;
      split.first = this.next;
      this.write(part);
      this.add({ kind: "jump" as const, to: start });
      split.second = this.next;
      return;
    }
    const splits: { second: number }[] = [];
    for (let i = min; i < max; i++) {
      const split = this.add({ kind: "split" as const, first: 0, second: 0 });
      split.first = this.next;
      splits.push(split);
      this.write(part);
    }
    for (const split of splits) split.second = this.next;
  }
}

type Charge = (steps: number) => void;

/** One run over one text. Sets of states are arrays with marks, so that adding costs the same for any size. */
class Machine {
  readonly #program: readonly Instruction[];
  readonly #codes: readonly number[];
  readonly #marks: Int32Array;
  readonly #stack: Int32Array;
  #round = 0;

  constructor(program: readonly Instruction[], codes: readonly number[]) {
    this.#program = program;
    this.#codes = codes;
    this.#marks = new Int32Array(program.length);
    // Each state puts at most two others on the stack, and each enters a set once.
    this.#stack = new Int32Array(program.length * 2 + 2);
  }

  /** Whether the program's end is reached from any start in the text. */
  run(charge: Charge): boolean {
    const codes = this.#codes;
    let now: number[] = [];
    this.#round = 1;
    for (let index = 0; ; index++) {
      // A match may start at every place, so the first state joins each round.
      if (this.#follow(0, now, index)) return true;
      if (index >= codes.length) return false;
      charge(1 + Math.floor(now.length / VISITS_PER_STEP));
      const next: number[] = [];
      this.#round += 1;
      if (this.#advance(now, next, index)) return true;
      now = next;
    }
  }

  /** All states behind the code point at `index`; true when one of them is the end of the program. */
  #advance(now: readonly number[], next: number[], index: number): boolean {
    const code = this.#codes[index]!;
    for (const state of now) {
      const instruction = this.#program[state]!;
      if (instruction.kind === "char" && instruction.test(code) && this.#follow(state + 1, next, index + 1)) {
        return true;
      }
    }
    return false;
  }

  /** Adds a state and all that it reaches without reading; true when the end of the program is among them. */
  #follow(start: number, into: number[], index: number): boolean {
    const stack = this.#stack;
    stack[0] = start;
    let size = 1;
    while (size > 0) {
      const state = stack[--size]!;
      if (this.#marks[state] === this.#round) continue;
      this.#marks[state] = this.#round;
      const instruction = this.#program[state]!;
      if (instruction.kind === "char") into.push(state);
      else if (instruction.kind === "match") return true;
      else if (instruction.kind === "jump") stack[size++] = instruction.to;
      else if (instruction.kind === "split") {
        stack[size++] = instruction.second;
        stack[size++] = instruction.first;
      } else if (this.#holds(instruction.assertion, index)) stack[size++] = state + 1;
    }
    return false;
  }

  #holds(assertion: Assertion, index: number): boolean {
    const before = this.#codes[index - 1];
    const after = this.#codes[index];
    switch (assertion) {
      case "start":
        return index === 0;
      case "lineStart":
        return index === 0 || (before === 10 && after !== undefined);
      case "end":
        return after === undefined;
      case "lineEnd":
        return after === undefined || after === 10;
      case "endOrBreak":
        return after === undefined || (after === 10 && index === this.#codes.length - 1);
      default: {
        const isBoundary = isWordAt(before) !== isWordAt(after);
        return assertion === "word" ? isBoundary : !isBoundary;
      }
    }
  }
}

function isWordAt(code: number | undefined): boolean {
  return code !== undefined && isWord(code);
}

export class Pattern {
  readonly #program: readonly Instruction[];

  constructor(tree: PatternNode) {
    const writer = new ProgramWriter();
    writer.write(tree);
    writer.add({ kind: "match" });
    this.#program = writer.program;
  }

  /** Whether the pattern matches anywhere in the text. `charge` is told of the work in steps and may throw. */
  test(text: string, charge: Charge): boolean {
    charge(text.length >> 3);
    const codes = Array.from(text, (char) => char.codePointAt(0)!);
    return new Machine(this.#program, codes).run(charge);
  }
}

export type ParsedPattern =
  | { readonly ok: true; readonly pattern: Pattern }
  | { readonly ok: false; readonly reason: string };

/** Reads `/pattern/flags`; the reason says what is malformed or outside the supported subset. */
export function parsePattern(text: string): ParsedPattern {
  try {
    if (text.length > MAX_PATTERN_LENGTH) throw new PatternFault("it is too long");
    return { ok: true, pattern: new Pattern(readPattern(text)) };
  } catch (error) {
    if (error instanceof PatternFault) return { ok: false, reason: `${error.message}.` };
    throw error;
  }
}
