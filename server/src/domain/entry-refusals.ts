/** How long lists from outside are refused: the first few wrong entries by name, or the whole list as too large. */
import { type FieldErrors, Refusals } from "../base/result.ts";
import { sentence } from "./field-label.ts";

const MAX_NAMED = 20; // enough to mend a call; 100,000 of them would make an answer larger than the call

/** Too many is another status (413) than wrong (400). */
export interface TooLarge {
  readonly tooLarge: FieldErrors;
}

export const isTooLarge = (error: FieldErrors | TooLarge): error is TooLarge =>
  "tooLarge" in error && !Array.isArray(error.tooLarge);

/** Collects refusals of a list's entries, each under its own path; counts all, keeps the first twenty. */
export class EntryRefusals {
  readonly #refusals = new Refusals();
  #count = 0;

  add(path: string, predicate: string): void {
    this.#count += 1;
    if (this.#count <= MAX_NAMED) this.#refusals.add(path, sentence(path, predicate));
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  get fields(): FieldErrors {
    return this.#refusals.fields;
  }
}
