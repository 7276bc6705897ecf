/**
 * Twig 3's operators. A higher number binds tighter (table "operators precedence" of the Twig 3 documentation).
 * `?:`, `? :`, `=` and `=>` are parsed by hand at level 0.
 */
export interface InfixOperator {
  readonly precedence: number;
  readonly rightAssociative?: true;
}

export const INFIX: ReadonlyMap<string, InfixOperator> = new Map<string, InfixOperator>([
  ["or", { precedence: 10 }],
  ["xor", { precedence: 12 }],
  ["and", { precedence: 15 }],
  ["b-or", { precedence: 16 }],
  ["b-xor", { precedence: 17 }],
  ["b-and", { precedence: 18 }],
  ["==", { precedence: 20 }],
  ["!=", { precedence: 20 }],
  ["===", { precedence: 20 }],
  ["!==", { precedence: 20 }],
  ["<=>", { precedence: 20 }],
  ["<", { precedence: 20 }],
  [">", { precedence: 20 }],
  [">=", { precedence: 20 }],
  ["<=", { precedence: 20 }],
  ["not in", { precedence: 20 }],
  ["in", { precedence: 20 }],
  ["matches", { precedence: 20 }],
  ["starts with", { precedence: 20 }],
  ["ends with", { precedence: 20 }],
  ["has some", { precedence: 20 }],
  ["has every", { precedence: 20 }],
  ["..", { precedence: 25 }],
  ["+", { precedence: 30 }],
  ["-", { precedence: 30 }],
  ["~", { precedence: 40 }],
  ["*", { precedence: 60 }],
  ["/", { precedence: 60 }],
  ["//", { precedence: 60 }],
  ["%", { precedence: 60 }],
  ["is", { precedence: 100 }],
  ["is not", { precedence: 100 }],
  ["**", { precedence: 200, rightAssociative: true }],
  ["??", { precedence: 300, rightAssociative: true }],
]);

/** Operators of two words, by their first word. */
export const TWO_WORDS: ReadonlyMap<string, readonly string[]> = new Map([
  ["not", ["in"]],
  ["is", ["not"]],
  ["starts", ["with"]],
  ["ends", ["with"]],
  ["has", ["some", "every"]],
]);

export const UNARY_NOT_PRECEDENCE = 50;
export const UNARY_SIGN_PRECEDENCE = 500;
