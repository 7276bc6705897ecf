/** Which statements stand where: the bodies that run in place, and what a template with a parent may contain. */
import { FILTERS } from "../builtins/filters.ts";
import { FUNCTIONS } from "../builtins/functions.ts";
import { TESTS } from "../builtins/tests.ts";
import type { Guard, Statement } from "../syntax/ast.ts";
import type { Compiler } from "./compiler.ts";
import { SPECIAL_FUNCTIONS } from "./special-functions.ts";

/** Tags that write where they stand. */
const WRITING = new Set(["output", "include", "embed", "apply"]);

/**
 * A template that extends another (the body of an embed is one) writes through its blocks alone, and those stand
 * at its top: a block inside an `if` would be defined whatever the condition says.
 */
export function checkChild(compiler: Compiler, body: readonly Statement[], isNested = false): void {
  for (const statement of body) {
    const isText = statement.kind === "text" && statement.text.trim() !== "";
    if (isText || WRITING.has(statement.kind)) {
      compiler.fail("A template that extends another has its content in blocks.", statement.at);
    }
    if (statement.kind === "block" && isNested) {
      compiler.fail("A template that extends another has its blocks in no other tag.", statement.at);
    }
    // `guard` is decided while compiling, so what it holds stands at the top.
    const staysAtTop = statement.kind === "guard";
    for (const inner of bodiesOf(statement)) checkChild(compiler, inner, isNested || !staysAtTop);
  }
}

/** The bodies that run in place. */
export function bodiesOf(statement: Statement): (readonly Statement[])[] {
  switch (statement.kind) {
    case "if":
      return [...statement.branches.map(({ body }) => body), statement.otherwise ?? []];
    case "for":
      return [statement.body, statement.otherwise ?? []];
    case "with":
    case "autoescape":
      return [statement.body];
    case "guard":
      return [guardedBody(statement)];
    default:
      return [];
  }
}

/** Decided now: the body of a guard that does not hold may use what the engine lacks. */
export function guardedBody({ subject, name, body, otherwise }: Guard): readonly Statement[] {
  return isThere(subject, name) ? body : (otherwise ?? []);
}

function isThere(subject: Guard["subject"], name: string): boolean {
  if (subject === "filter") return FILTERS.has(name);
  if (subject === "test") return TESTS.has(name) || name === "defined";
  return FUNCTIONS.has(name) || SPECIAL_FUNCTIONS.has(name);
}
