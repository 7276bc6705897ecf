/** Which other templates a template names, with those that its snippets name in turn. */
import { forEachNode } from "./compile/assigned-names.ts";
import type { Unit } from "./compile/unit.ts";
import { placeOf } from "./errors.ts";

export interface SnippetUse {
  /** The name; null when an expression computes it. */
  readonly name: string | null;
  /** The tag or function that names it. */
  readonly by: string;
  /** Whether the loader has it; unknown (false) for a computed name. */
  readonly found: boolean;
  readonly template: string;
  readonly line: number;
  readonly column: number;
}

type Node = Readonly<Record<string, unknown>>;

const TAGS = new Set(["include", "embed", "extends", "use", "import", "from"]);
/** Functions and the place of the argument that names a template. */
const CALLS: ReadonlyMap<string, { readonly place: number; readonly name: string }> = new Map([
  ["include", { place: 0, name: "template" }],
  ["include_only", { place: 0, name: "template" }],
  ["source", { place: 0, name: "name" }],
  ["block", { place: 1, name: "template" }],
]);

interface Named {
  readonly by: string;
  readonly template: Node;
}

function namedBy(node: Node): Named | null {
  if (TAGS.has(String(node.kind))) return { by: String(node.kind), template: node.template as Node };
  const call = node.kind === "call" ? CALLS.get(String(node.name)) : undefined;
  if (call === undefined) return null;
  const args = node.args as readonly Node[];
  const argument = args.find((one) => one.name === call.name) ?? args[call.place];
  return argument === undefined ? null : { by: String(node.name), template: argument.value as Node };
}

/** The constant names that an expression can give, or null for one that is computed. */
function namesOf(template: Node): (string | null)[] {
  if (template.kind === "literal") return [String(template.value)];
  if (template.kind === "name" && template.name === "_self") return [];
  if (template.kind === "conditional" && template.yes !== null) {
    return [template.yes as Node, template.no as Node].flatMap(namesOf);
  }
  if (template.kind === "sequence") return (template.items as readonly Node[]).flatMap(namesOf);
  return [null];
}

/** The template's own uses first, then those of its snippets. */
export function findSnippets(unit: Unit): readonly SnippetUse[] {
  const uses: SnippetUse[] = [];
  const seen = new Set<Unit>([unit]);
  for (const one of seen) {
    forEachNode(one.ast, (node) => {
      const named = namedBy(node);
      for (const name of named === null ? [] : namesOf(named.template)) {
        const snippet = name === null ? undefined : one.set.find(name);
        if (snippet !== undefined) seen.add(snippet);
        const { line, column } = placeOf(one.source, Number(node.at));
        const template = one.source.name;
        uses.push(
          Object.freeze({ name, by: named!.by, found: snippet !== undefined, template, line, column }),
        );
      }
      return true;
    });
  }
  return Object.freeze(uses);
}
