/** Functions that need the compiler: `include`, `include_only`, `source`, `block`, `parent`, `attribute`. */
import type { Signature } from "../builtins/spec.ts";
import { readKey } from "../runtime/attribute.ts";
import type { Runtime } from "../runtime/runtime.ts";
import type { Argument, Call, Expression } from "../syntax/ast.ts";
import { truthy } from "../values/kinds.ts";
import { Markup } from "../values/markup.ts";
import { toText } from "../values/text.ts";
import { blocksOf, showBlock } from "./blocks.ts";
import type { Compiler, Evaluate } from "./compiler.ts";
import { findTemplate, showIn } from "./include.ts";
import type { Unit } from "./unit.ts";

export const SPECIAL_FUNCTIONS: ReadonlyMap<string, Signature> = new Map<string, Signature>([
  [
    "include",
    { params: ["template", "variables", "with_context", "ignore_missing", "sandboxed"], required: 1 },
  ],
  ["include_only", { params: ["template", "variables", "ignore_missing"], required: 1 }],
  ["source", { params: ["name", "ignore_missing"], required: 1 }],
  ["block", { params: ["name", "template"], required: 1 }],
  ["parent", { params: [] }],
  ["attribute", { params: ["variable", "attribute", "arguments"], required: 2 }],
]);

type Nodes = Readonly<Record<string, Expression | undefined>>;

/** The arguments as nodes by name: what they name must be known before anything is evaluated. */
function nodesByName(compiler: Compiler, { name, args, at }: Call): Nodes {
  const { params, required = 0 } = SPECIAL_FUNCTIONS.get(name)!;
  const nodes: Record<string, Expression | undefined> = {};
  args.forEach((argument: Argument, i) => {
    if (argument.spread) compiler.fail(`"${name}" takes no "...".`, argument.at);
    const param = argument.name ?? params[i];
    if (param === undefined || !params.includes(param)) {
      compiler.fail(
        `The function "${name}" takes at most ${params.length} (${params.join(", ")}).`,
        argument.at,
      );
    }
    nodes[param] = argument.value;
  });
  for (let i = 0; i < required; i++) {
    if (nodes[params[i]!] === undefined) compiler.fail(`The function "${name}" needs "${params[i]}".`, at);
  }
  return nodes;
}

/** A call of one of SPECIAL_FUNCTIONS. */
export function compileSpecialCall(compiler: Compiler, node: Call): Evaluate {
  const nodes = nodesByName(compiler, node);
  switch (node.name) {
    case "include":
    case "include_only":
      return compileIncludeCall(compiler, nodes, node);
    case "source":
      return compileSource(compiler, nodes, node.at);
    case "block":
      return compileBlockCall(compiler, nodes, node.at);
    case "parent":
      return compileParent(compiler, node.at);
    default:
      return compileAttributeCall(compiler, nodes);
  }
}

function optional(compiler: Compiler, node: Expression | undefined, fallback: unknown): Evaluate {
  return node === undefined ? () => fallback : compiler.expression(node);
}

function isConstantTrue(node: Expression | undefined): boolean {
  return node?.kind === "literal" && truthy(node.value);
}

function compileIncludeCall(compiler: Compiler, nodes: Nodes, { name, at }: Call): Evaluate {
  const ignoreMissing = isConstantTrue(nodes.ignore_missing);
  const find = findTemplate(compiler, { node: nodes.template!, at, ignoreMissing });
  const variables = optional(compiler, nodes.variables, null);
  const withContext = optional(compiler, nodes.with_context, name === "include");
  return (rt) => {
    const unit = find(rt);
    if (unit === null) return "";
    const given = variables(rt);
    const only = !truthy(withContext(rt));
    rt.at = at;
    return new Markup(rt.capture(() => showIn(rt, unit, { given, only })));
  };
}

/** The text of a snippet, as it was written. */
function compileSource(compiler: Compiler, nodes: Nodes, at: number): Evaluate {
  const ignoreMissing = isConstantTrue(nodes.ignore_missing);
  const find = findTemplate(compiler, { node: nodes.name!, at, ignoreMissing });
  return (rt) => {
    const unit = find(rt);
    rt.chargeText(unit?.source.text.length ?? 0);
    return unit === null ? "" : new Markup(unit.source.text);
  };
}

function compileBlockCall(compiler: Compiler, nodes: Nodes, at: number): Evaluate {
  const name = compiler.expression(nodes.name!);
  const find =
    nodes.template === undefined
      ? null
      : findTemplate(compiler, { node: nodes.template, at, ignoreMissing: false });
  return (rt) => {
    const wanted = toText(rt, name(rt));
    const unit = find === null ? null : find(rt);
    rt.at = at;
    const text = rt.capture(() => {
      const isShown = unit === null ? showBlock(rt, wanted, 0) : showBlockOf(rt, wanted, unit);
      if (!isShown) rt.fail(`There is no block "${wanted.slice(0, 100)}".`);
    });
    return new Markup(text);
  };
}

/** A block of another template: that template's blocks are in force while it runs. */
function showBlockOf(rt: Runtime, name: string, unit: Unit): boolean {
  const { blocks } = rt;
  rt.blocks = blocksOf(rt, unit);
  const isShown = showBlock(rt, name, 0);
  rt.blocks = blocks;
  return isShown;
}

/** `block(...) is defined` */
export function compileBlockDefined(compiler: Compiler, node: Call): (rt: Runtime) => boolean {
  const nodes = nodesByName(compiler, node);
  const name = compiler.expression(nodes.name!);
  const find =
    nodes.template === undefined
      ? null
      : findTemplate(compiler, { node: nodes.template, at: node.at, ignoreMissing: true });
  return (rt) => {
    const unit = find === null ? null : find(rt);
    const table = unit === null ? rt.blocks : blocksOf(rt, unit);
    return table.find(toText(rt, name(rt)), 0) !== undefined;
  };
}

function compileParent(compiler: Compiler, at: number): Evaluate {
  if (compiler.place.blockName === null)
    return compiler.fail('"parent" can only be called inside a block.', at);
  const { unit } = compiler;
  if (unit.parent === null && unit.uses.length === 0)
    return compiler.fail('"parent" needs a template that extends or uses another one.', at);
  return (rt) => {
    rt.at = at;
    // Not the name in the source: `use` may have taken the block over under another one.
    const { blockName, blockLevel } = rt;
    return new Markup(
      rt.capture(() => {
        if (!showBlock(rt, blockName, blockLevel + 1)) rt.fail(`The block "${blockName}" has no parent.`);
      }),
    );
  };
}

function compileAttributeCall(compiler: Compiler, nodes: Nodes): Evaluate {
  const object = compiler.expression(nodes.variable!);
  const key = compiler.expression(nodes.attribute!);
  return (rt) => readKey(object(rt), key(rt));
}
