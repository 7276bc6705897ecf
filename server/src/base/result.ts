/** Expected failures are values: a function that may refuse its input returns a Result, it does not throw. */
export type Result<T, E> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

/** Why an input was refused, by field name; the wire form of `errors` in the answer envelope. */
export type FieldErrors = Record<string, string[]>;

export const ok = <T>(value: T): { readonly ok: true; readonly value: T } => ({ ok: true, value });
export const fail = <E>(error: E): { readonly ok: false; readonly error: E } => ({ ok: false, error });

/** Collects refusals field by field, in the order in which they are found. */
export class Refusals {
  readonly fields: FieldErrors = Object.create(null) as FieldErrors;
  #count = 0;

  add(field: string, sentence: string): void {
    this.#count += 1;
    const list = this.fields[field];
    if (list === undefined) this.fields[field] = [sentence];
    else if (list.length < 20) list.push(sentence); // 20 a field: enough to mend a call, small enough to answer
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }
}
