/** The names that a template may use: what an editor offers while somebody types. */
import { FILTERS } from "./builtins/filters.ts";
import { FUNCTIONS } from "./builtins/functions.ts";
import { SPECIAL_FUNCTIONS } from "./compile/special-functions.ts";
import { CONTROL_TAGS } from "./syntax/control-tags.ts";
import { SMALL_TAGS } from "./syntax/small-tags.ts";
import { SNIPPET_TAGS } from "./syntax/snippet-tags.ts";
import { TEST_NAMES } from "./syntax/test-names.ts";

export interface KnownNames {
  readonly filters: readonly string[];
  readonly functions: readonly string[];
  readonly tests: readonly string[];
  readonly tags: readonly string[];
}

/** Each list in the order of the alphabet. */
export function knownNames(): KnownNames {
  const tags = [...CONTROL_TAGS, ...SMALL_TAGS, ...SNIPPET_TAGS].map(([name]) => name);
  return {
    filters: [...FILTERS.keys()].sort(),
    functions: [...FUNCTIONS.keys(), ...SPECIAL_FUNCTIONS.keys()].sort(),
    tests: [...TEST_NAMES].sort(),
    tags: [...tags, "verbatim"].sort(),
  };
}
