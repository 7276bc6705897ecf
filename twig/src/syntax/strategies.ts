/** The escaping strategies by name. */
import type { Strategy } from "./ast.ts";

const STRATEGIES: ReadonlyMap<string, Strategy> = new Map<string, Strategy>([
  ["html", "html"],
  ["html_attr", "html_attr"],
  ["html_attr_relaxed", "html_attr_relaxed"],
  ["js", "js"],
  ["css", "css"],
  ["url", "url"],
]);

/** The strategy of this name, if there is one. */
export function findStrategy(name: string): Strategy | undefined {
  return STRATEGIES.get(name);
}

/** For messages. */
export const STRATEGY_NAMES: string = [...STRATEGIES.keys()].join(", ");
