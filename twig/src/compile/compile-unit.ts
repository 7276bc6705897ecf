/** Compiles one template of a set: macros and `use` first, then the body, then the parent. */
import type { Extends, Statement } from "../syntax/ast.ts";
import { findAssignedNames } from "./assigned-names.ts";
import { Compiler } from "./compiler.ts";
import { compileExpression } from "./expression.ts";
import { applyUse, compileExtends } from "./include.ts";
import { defineMacro } from "./macros.ts";
import { compileBody } from "./statement.ts";
import type { Unit } from "./unit.ts";

const RULES = { expression: compileExpression, body: compileBody };

/** Fills the unit: its macros, blocks, parent and body. */
export function compileUnit(unit: Unit): void {
  const strategy = unit.set.options.strategy;
  const compiler = new Compiler(unit, RULES, { strategy, blockName: null, isTopLevel: true });
  const { body } = unit.ast;
  defineMacros(compiler, body);
  for (const statement of body) if (statement.kind === "use") applyUse(compiler, statement);
  const parents = body.filter((statement) => statement.kind === "extends");
  const parent = parents[0];
  if (parent !== undefined) {
    checkChild(compiler, body, parents);
    unit.parent = compileExtends(compiler, parent);
  }
  unit.body = compiler.body(body);
}

/** Macros are known everywhere in their template, before and after the place where they stand. */
function defineMacros(compiler: Compiler, body: readonly Statement[]): void {
  for (const statement of body) if (statement.kind === "macro") defineMacro(compiler, statement);
}

function checkChild(compiler: Compiler, body: readonly Statement[], parents: readonly Extends[]): void {
  if (parents.length > 1) compiler.fail("A template can extend only one other.", parents[1]!.at);
  for (const statement of body) {
    if (statement.kind === "text" && statement.text.trim() !== "") {
      compiler.fail("A template that extends another has its content in blocks.", statement.at);
    }
    if (statement.kind === "output") {
      compiler.fail("A template that extends another prints only inside its blocks.", statement.at);
    }
  }
}

/** Lets the main template read its data without searching scopes, where that is safe. */
export function allowDirectReads(unit: Unit): void {
  const names = findAssignedNames(unit.ast);
  if (names === null) return;
  unit.readsDirectly = true;
  unit.assignedNames = names;
}
