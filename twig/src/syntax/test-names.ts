/** The names of tests (`is ...`), needed while parsing because some have two words. */
export const TEST_NAMES: ReadonlySet<string> = new Set([
  "defined",
  "divisible by",
  "empty",
  "even",
  "iterable",
  "mapping",
  "none",
  "null",
  "odd",
  "same as",
  "sequence",
]);

/** These may be written without parentheses: `is divisible by 3`. */
export const TESTS_OF_ONE_ARGUMENT: ReadonlySet<string> = new Set(["divisible by", "same as"]);
