/**
 * Which names a template may give a value, found by walking its tree. Where that cannot be known (a parent
 * template may set names that its child's blocks read, a `with` may take a mapping from the data) the answer is null.
 */
import type { TemplateAst } from "../syntax/ast.ts";

type Visit = (node: Readonly<Record<string, unknown>>, names: Set<string>) => boolean;

const addName =
  (...fields: readonly string[]): Visit =>
  (node, names) => {
    for (const field of fields) if (typeof node[field] === "string") names.add(node[field]);
    return true;
  };

const addPattern: Visit = (node, names) => {
  collectNames(node.target ?? node.targets, names);
  return true;
};

const VISITS: ReadonlyMap<string, Visit> = new Map<string, Visit>([
  ["for", addName("valueName", "keyName")],
  ["capture", addName("name")],
  ["import", addName("alias")],
  ["set", addPattern],
  ["assign", addPattern],
  ["arrow", (node, names) => addAll(node.params, names)],
  [
    "macro",
    (node, names) =>
      addAll(
        (node.params as { name: string }[]).map(({ name }) => name),
        names,
      ),
  ],
  [
    "from",
    (node, names) =>
      addAll(
        (node.names as { alias: string }[]).map(({ alias }) => alias),
        names,
      ),
  ],
  ["include", (node) => !isSelf(node.template)],
  ["embed", (node) => !isSelf(node.template)],
  ["call", (node) => !(node.args as { value: unknown }[]).some(({ value }) => isSelf(value))],
  ["extends", () => false],
  ["use", () => false],
  ["with", (node, names) => addConstantKeys(node.variables, names)],
]);

/** A template that shows itself may be given any names then. */
function isSelf(template: unknown): boolean {
  const { kind, name } = template as { kind: string; name?: string };
  return kind === "name" && name === "_self";
}

function addAll(list: unknown, names: Set<string>): boolean {
  for (const name of list as readonly string[]) names.add(name);
  return true;
}

/** `with {a: 1}` assigns `a`; any other mapping could assign anything. */
function addConstantKeys(variables: unknown, names: Set<string>): boolean {
  if (variables === null) return true;
  const { kind, entries } = variables as { kind: string; entries?: readonly Record<string, unknown>[] };
  if (kind !== "mapping") return false;
  return entries!.every((entry) => {
    const key = entry.key as { kind: string; value: unknown } | undefined;
    if (entry.kind !== "pair" || key?.kind !== "literal") return false;
    names.add(String(key.value));
    return true;
  });
}

function collectNames(tree: unknown, names: Set<string>): void {
  forEachNode(tree, (node) => {
    if (node.kind === "name") names.add(String(node.name));
    return true;
  });
}

/** Calls `visit` for every node, in the order of the source, until it answers false; false when it did. */
export function forEachNode(
  tree: unknown,
  visit: (node: Readonly<Record<string, unknown>>) => boolean,
): boolean {
  const open: unknown[] = [tree];
  while (open.length > 0) {
    const item = open.pop();
    if (typeof item !== "object" || item === null) continue;
    if (!Array.isArray(item) && "kind" in item && !visit(item as Record<string, unknown>)) return false;
    open.push(...Object.values(item).reverse());
  }
  return true;
}

/** All names that the template may assign, or null when that cannot be known. */
export function findAssignedNames(ast: TemplateAst): ReadonlySet<string> | null {
  const names = new Set<string>(["loop", "varargs"]);
  const isKnown = forEachNode(ast, (node) => VISITS.get(String(node.kind))?.(node, names) ?? true);
  return isKnown ? names : null;
}
