/** The tree of a pattern. Groups only group: `matches` asks yes or no, so nothing is captured. */
import type { CharTest } from "./char-test.ts";

export type Assertion = "start" | "lineStart" | "end" | "lineEnd" | "endOrBreak" | "word" | "notWord";

export type PatternNode =
  | { readonly kind: "char"; readonly test: CharTest }
  | { readonly kind: "assert"; readonly assertion: Assertion }
  | { readonly kind: "all"; readonly parts: readonly PatternNode[] }
  | { readonly kind: "either"; readonly parts: readonly PatternNode[] }
  | { readonly kind: "repeat"; readonly part: PatternNode; readonly min: number; readonly max: number };

/** The pattern is outside the supported subset, or malformed. */
export class PatternFault extends Error {}
