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
  // What is safe as an unquoted attribute is safe between tags.
  return safe === "all" || safe === strategy || (safe === "html_attr" && strategy === "html");
}

function escapedFor({ args }: Filter): string | undefined {
  const first = args[0];
  if (first === undefined) return "html";
  return first.value.kind === "literal" ? String(first.value.value) : undefined;
}
