/** Which expressions need no escaping, decided while compiling. Markup is recognised at render time as well. */
import { FILTERS } from "../builtins/filters.ts";
import type { Expression, Filter, Strategy } from "../syntax/ast.ts";

/** True when the value of the expression can go into the document as it is: literals, and what escapes itself. */
export function isSafe(node: Expression, strategy: Strategy): boolean {
  switch (node.kind) {
    case "literal":
      return true;
    case "filter":
      return isSafeFilter(node, strategy);
    case "conditional":
      return isSafe(node.yes ?? node.test, strategy) && isSafe(node.no, strategy);
    case "binary":
      return node.operator === "??" && isSafe(node.left, strategy) && isSafe(node.right, strategy);
    default:
      return false;
  }
}

/**
 * True when one side of `a ? b : c`, `a ?: b` or `a ?? b` is safe and the other is not: then each side is printed by
 * its own rule, and the `<br>` in `text ?: "<br>"` stays as written. Otherwise the value is escaped as a whole.
 */
export function hasOneSafeSide(node: Expression, strategy: Strategy): boolean {
  if (node.kind === "conditional") {
    return isSafe(node.yes ?? node.test, strategy) !== isSafe(node.no, strategy);
  }
  if (node.kind !== "binary" || node.operator !== "??") return false;
  return isSafe(node.left, strategy) !== isSafe(node.right, strategy);
}

function isSafeFilter(node: Filter, strategy: Strategy): boolean {
  const safe = node.name === "e" || node.name === "escape" ? escapedFor(node) : FILTERS.get(node.name)?.safe;
  if (safe === "all" || safe === strategy) return true;
  return safe !== undefined && ALSO_SAFE_FOR.get(safe)?.has(strategy) === true;
}

/** What is safe as an unquoted attribute is safe between tags. */
const ALSO_SAFE_FOR: ReadonlyMap<string, ReadonlySet<Strategy>> = new Map([
  ["html_attr", new Set<Strategy>(["html", "html_attr_relaxed"])],
  ["html_attr_relaxed", new Set<Strategy>(["html"])],
]);

function escapedFor({ args }: Filter): string | undefined {
  const first = args[0];
  if (first === undefined) return "html";
  return first.value.kind === "literal" ? String(first.value.value) : undefined;
}
