/** `include`, `embed`, `extends`, `use`: other templates, named by a constant or by an expression. */
import { BlockTable } from "../runtime/blocks.ts";
import type { BlockBody, Runtime } from "../runtime/runtime.ts";
import type { Embed, Expression, Extends, Include, Use } from "../syntax/ast.ts";
import { isNull, valuesOf } from "../values/kinds.ts";
import { toText } from "../values/text.ts";
import { ownBlocks, showUnit } from "./blocks.ts";
import type { Compiler, Run } from "./compiler.ts";
import { openScope } from "./loop.ts";
import { Unit } from "./unit.ts";

/** Null when there is no such snippet and that is allowed. */
export type FindUnit = (rt: Runtime) => Unit | null;

interface Wanted {
  readonly node: Expression;
  readonly at: number;
  readonly ignoreMissing: boolean;
}

/** A constant name is resolved now: a message must not be saved with a snippet that is not there. */
export function findTemplate(compiler: Compiler, { node, at, ignoreMissing }: Wanted): FindUnit {
  if (node.kind === "name" && node.name === "_self") return () => compiler.unit;
  if (node.kind === "literal" && typeof node.value === "string") {
    const unit = compiler.set.find(node.value);
    if (unit === undefined && !ignoreMissing) compiler.fail(`There is no snippet "${node.value}".`, node.at);
    return () => unit ?? null;
  }
  if (node.kind === "conditional" && node.yes !== null)
    return findEither(compiler, { node, at, ignoreMissing });
  const evaluate = compiler.expression(node);
  return (rt) => {
    const value = evaluate(rt);
    rt.at = at;
    return findFirst(rt, compiler, { value, ignoreMissing });
  };
}

/** `extends a ? "x" : "y"`: both names are constants and are checked now. */
function findEither(compiler: Compiler, { node, at, ignoreMissing }: Wanted): FindUnit {
  const { test, yes, no } = node as Extract<Expression, { kind: "conditional" }>;
  const choose = compiler.expression({ kind: "unary", operator: "not", operand: test, at });
  const whenTrue = findTemplate(compiler, { node: yes!, at, ignoreMissing });
  const whenFalse = findTemplate(compiler, { node: no, at, ignoreMissing });
  return (rt) => (choose(rt) === true ? whenFalse(rt) : whenTrue(rt));
}

interface Lookup {
  readonly value: unknown;
  readonly ignoreMissing: boolean;
}

/** Of a list, the first snippet that exists. */
function findFirst(rt: Runtime, compiler: Compiler, { value, ignoreMissing }: Lookup): Unit | null {
  const names = Array.isArray(value) ? valuesOf(value) : [value];
  rt.chargeItems(names.length);
  for (const name of names) {
    if (isNull(name)) continue;
    const unit = compiler.set.findAtRender(rt, toText(rt, name));
    if (unit !== undefined) return unit;
  }
  if (ignoreMissing) return null;
  const wanted = names.map((name) => `"${toText(rt, name).slice(0, 100)}"`).join(", ");
  return rt.fail(`There is no snippet ${wanted}.`);
}

/** `{% include %}` */
export function compileInclude(compiler: Compiler, node: Include): Run {
  const { template, at, ignoreMissing, only } = node;
  const find = findTemplate(compiler, { node: template, at, ignoreMissing });
  const variables = node.variables === null ? null : compiler.expression(node.variables);
  return (rt) => {
    const unit = find(rt);
    if (unit === null) return;
    const given = variables === null ? null : variables(rt);
    rt.at = at;
    showIn(rt, unit, { given, only });
  };
}

interface Showing {
  readonly given: unknown;
  readonly only: boolean;
  readonly overrides?: BlockTable<BlockBody>;
}

/** Shows a template in a scope of its own inside the present one. */
export function showIn(rt: Runtime, unit: Unit, { given, only, overrides }: Showing): void {
  const outer = rt.scope;
  rt.scope = openScope(rt, { given, only });
  showUnit(rt, unit, overrides);
  rt.scope = outer;
}

/** The embed's body is a small template that extends the named one; its blocks are compiled as such. */
export function compileEmbed(compiler: Compiler, node: Embed): Run {
  const { template, at, ignoreMissing, only } = node;
  const find = findTemplate(compiler, { node: template, at, ignoreMissing });
  const variables = node.variables === null ? null : compiler.expression(node.variables);
  const inner = new Unit(compiler.set, compiler.source, { ast: compiler.unit.ast, around: compiler.unit });
  inner.parent = (rt) => find(rt) ?? rt.fail("The embedded template is missing.");
  const inside = compiler.forUnit(inner);
  for (const statement of node.body) if (statement.kind === "use") applyUse(inside, statement);
  const top = inside.body(node.body);
  return (rt) => {
    const unit = find(rt);
    if (unit === null) return;
    const given = variables === null ? null : variables(rt);
    const outer = rt.scope;
    rt.at = at;
    rt.scope = openScope(rt, { given, only });
    const { blocks } = rt;
    const table = new BlockTable<BlockBody>().extendedBy(ownBlocks(inner));
    rt.blocks = table;
    rt.capture(() => top(rt));
    showUnit(rt, unit, table);
    rt.blocks = blocks;
    rt.scope = outer;
  };
}

/** A closure that finds the parent; it fails when there is none. */
export function compileExtends(compiler: Compiler, { template, at }: Extends): (rt: Runtime) => Unit {
  const find = findTemplate(compiler, { node: template, at, ignoreMissing: false });
  return (rt) => find(rt) ?? rt.fail("The parent template is missing.");
}

/** `use` takes blocks over without output; only a constant name makes sense for it. */
export function applyUse(compiler: Compiler, { template, names, at }: Use): void {
  if (template.kind !== "literal" || typeof template.value !== "string") {
    compiler.fail('"use" needs the name of a snippet as a string.', at);
  }
  const unit = compiler.set.find(String(template.value));
  if (unit === undefined) compiler.fail(`There is no snippet "${template.value}".`, template.at);
  compiler.unit.uses.push({ unit, names });
  compiler.set.afterwards(() => {
    const known = ownBlocks(unit);
    for (const { macro } of names) {
      if (!known.has(macro)) compiler.fail(`The template "${unit.source.name}" has no block "${macro}".`, at);
    }
  });
}
