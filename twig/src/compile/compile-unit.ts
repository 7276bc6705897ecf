/** Compiles one template of a set: macros and `use` first, then the body, then the parent. */
import type { Statement } from "../syntax/ast.ts";
import { findAssignedNames } from "./assigned-names.ts";
import { Compiler } from "./compiler.ts";
import { compileExpression } from "./expression.ts";
import { applyUse, compileExtends } from "./include.ts";
import { defineMacro, keepTopImport } from "./macros.ts";
import { compileBody } from "./statement.ts";
import { bodiesOf, checkChild } from "./template-shape.ts";
import type { Unit } from "./unit.ts";

const RULES = { expression: compileExpression, body: compileBody };

/** Fills the unit: its macros, blocks, parent and body. */
export function compileUnit(unit: Unit): void {
  const strategy = unit.set.options.strategy;
  const compiler = new Compiler(unit, RULES, {
    strategy,
    blockName: null,
    isCaptured: false,
    isTopLevel: true,
  });
  const { body } = unit.ast;
  defineMacros(compiler, body);
  for (const statement of body) {
    if (statement.kind === "use") applyUse(compiler, statement);
    if (unit.macros.size > 0 && (statement.kind === "import" || statement.kind === "from"))
      keepTopImport(compiler, statement);
  }
  const parents = body.filter((statement) => statement.kind === "extends");
  const parent = parents[0];
  if (parent !== undefined) {
    if (parents.length > 1) compiler.fail("A template can extend only one other.", parents[1]!.at);
    checkChild(compiler, body);
    unit.parent = compileExtends(compiler, parent);
  }
  unit.body = compiler.body(body);
}

/** Macros are known everywhere in their template, before and after the place where they stand, and out of any tag. */
function defineMacros(compiler: Compiler, body: readonly Statement[]): void {
  for (const statement of body) {
    if (statement.kind === "macro") defineMacro(compiler, statement);
    const inner = bodiesOf(statement);
    if (inner.length === 0 && "body" in statement) inner.push(statement.body);
    for (const one of inner) defineMacros(compiler, one);
  }
}

/** Lets the main template read its data without searching scopes, where that is safe. */
export function allowDirectReads(unit: Unit): void {
  const names = findAssignedNames(unit.ast);
  if (names === null) return;
  unit.readsDirectly = true;
  unit.assignedNames = names;
}
