/** Filters, functions and tests: looked up in fixed Maps, arguments bound while compiling. */
import { FILTERS, LEFT_OUT_FILTERS } from "../builtins/filters.ts";
import { FUNCTIONS, LEFT_OUT_FUNCTIONS } from "../builtins/functions.ts";
import type { FilterSpec } from "../builtins/spec.ts";
import { TESTS } from "../builtins/tests.ts";
import { hasKey } from "../runtime/attribute.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { suggest } from "../suggest.ts";
import type { Call, Escaping, Expression, Filter, FilterStep, Test } from "../syntax/ast.ts";
import { findStrategy, STRATEGY_NAMES } from "../syntax/strategies.ts";
import { findEncoding } from "../values/encoding.ts";
import { escapeText } from "../values/escape.ts";
import { Markup } from "../values/markup.ts";
import { toText } from "../values/text.ts";
import { bindArguments } from "./bind-arguments.ts";
import type { Compiler, Evaluate } from "./compiler.ts";
import { compileMacroDefined } from "./macros.ts";
import { isSafe } from "./safety.ts";
import { compileBlockDefined, compileSpecialCall, SPECIAL_FUNCTIONS } from "./special-functions.ts";

/** `value|name(...)`, with the value escaped first where the filter asks for it. */
export function compileFilter(compiler: Compiler, node: Filter): Evaluate {
  const spec = findFilter(compiler, node);
  let value = compiler.expression(node.value);
  if (spec.literalNull !== undefined && node.value.kind === "literal" && node.value.value === null) {
    value = () => spec.literalNull;
  }
  if (spec.preEscape !== undefined && !isSafe(node.value, spec.preEscape)) {
    const inner = value;
    const strategy = spec.preEscape;
    value = (rt) => preEscape(rt, inner(rt), strategy);
  }
  return applyFilter(compiler, node, value);
}

function preEscape(rt: Runtime, value: unknown, strategy: Exclude<Escaping, false>): string {
  return value instanceof Markup ? value.text : escapeText(rt, toText(rt, value), strategy);
}

/** A filter on a value that is already a closure; `{% apply %}` chains these. */
export function applyFilter(compiler: Compiler, step: FilterStep, value: Evaluate): Evaluate {
  const spec = findFilter(compiler, step);
  checkConstants(compiler, step, spec);
  const callee = { title: `The filter "${step.name}"`, signature: spec, at: step.at };
  const args = bindArguments(compiler, step.args, callee);
  const { run } = spec;
  const { at } = step;
  return (rt) => {
    const input = value(rt);
    const bound = args(rt);
    rt.at = at;
    return run(rt, input, bound);
  };
}

/** Faults of literal arguments show when the template is saved: unknown strategies and encodings, texts where functions belong. */
function checkConstants(compiler: Compiler, { name, args }: FilterStep, { params }: FilterSpec): void {
  args.forEach((argument, i) => {
    const { value } = argument;
    if (value.kind !== "literal" || typeof value.value !== "string") return;
    const param = argument.name ?? params[i];
    if (param === "arrow") compiler.fail(`"${name}" needs an arrow function, as in x => x.`, value.at);
    if (param === "strategy" && findStrategy(value.value) === undefined) {
      compiler.fail(`There is no escaping strategy "${value.value}" (${STRATEGY_NAMES}).`, value.at);
    }
    if (name === "convert_encoding" && findEncoding(value.value) === undefined) {
      compiler.fail(`There is no encoding "${value.value.slice(0, 50)}".`, value.at);
    }
  });
}

/** The filter of this name; fails with a suggestion or with the reason why it is left out. */
function findFilter(compiler: Compiler, { name, at }: FilterStep): FilterSpec {
  const spec = FILTERS.get(name);
  if (spec !== undefined) return spec;
  return failUnknown(compiler, {
    kind: "filter",
    name,
    at,
    known: FILTERS.keys(),
    leftOut: LEFT_OUT_FILTERS,
  });
}

interface Unknown {
  readonly kind: string;
  readonly name: string;
  readonly at: number;
  readonly known: Iterable<string>;
  readonly leftOut: ReadonlyMap<string, string>;
}

function failUnknown(compiler: Compiler, { kind, name, at, known, leftOut }: Unknown): never {
  const reason = leftOut.get(name);
  if (reason !== undefined) compiler.fail(`The ${kind} "${name}" is not supported: ${reason}.`, at);
  return compiler.fail(`There is no ${kind} "${name}".`, at, suggest(name, known));
}

/** `name(...)` */
export function compileCall(compiler: Compiler, node: Call): Evaluate {
  const { name, at } = node;
  if (SPECIAL_FUNCTIONS.has(name)) return compileSpecialCall(compiler, node);
  const spec = FUNCTIONS.get(name);
  if (spec === undefined) {
    const known = [...FUNCTIONS.keys(), ...SPECIAL_FUNCTIONS.keys()];
    return failUnknown(compiler, { kind: "function", name, at, known, leftOut: LEFT_OUT_FUNCTIONS });
  }
  const args = bindArguments(compiler, node.args, { title: `The function "${name}"`, signature: spec, at });
  const { run } = spec;
  return (rt) => {
    const bound = args(rt);
    rt.at = at;
    return run(rt, bound);
  };
}

/** `value is name(...)` */
export function compileTest(compiler: Compiler, node: Test): Evaluate {
  const { name, at, negated } = node;
  if (name === "defined") {
    const defined = compileDefined(compiler, node.value);
    return negated ? (rt) => !defined(rt) : defined;
  }
  const spec = TESTS.get(name);
  if (spec === undefined) {
    const leftOut = new Map([["constant", "templates cannot see constants of the host"]]);
    return failUnknown(compiler, { kind: "test", name, at, known: [...TESTS.keys(), "defined"], leftOut });
  }
  const value = compiler.expression(node.value);
  const args = bindArguments(compiler, node.args, { title: `The test "${name}"`, signature: spec, at });
  const { run } = spec;
  return (rt) => {
    const input = value(rt);
    const bound = args(rt);
    rt.at = at;
    return run(rt, input, bound) !== negated;
  };
}

/** `is defined` asks for the place, not the value: a name or key with null in it is defined. */
function compileDefined(compiler: Compiler, node: Expression): (rt: Runtime) => boolean {
  if (node.kind === "name") {
    const { name } = node;
    if (name === "_context" || name === "_self" || name === "_charset") return () => true;
    const isMacro = compileMacroDefined(compiler, { kind: "macroCall", name, args: [], at: node.at });
    return (rt) => rt.scope.knows(name) || isMacro(rt);
  }
  if (node.kind === "attribute" || node.kind === "macroCall") {
    return compileMacroDefined(compiler, node);
  }
  if (node.kind === "call" && node.name === "block") return compileBlockDefined(compiler, node);
  if (node.kind === "call" && node.name === "attribute" && node.args.length >= 2) {
    const object = compiler.expression(node.args[0]!.value);
    const key = compiler.expression(node.args[1]!.value);
    return (rt) => hasKey(object(rt), key(rt));
  }
  if (!ALWAYS_DEFINED.has(node.kind)) {
    compiler.fail('"is defined" asks about a name, an attribute, a block or a macro.', node.at);
  }
  return () => true;
}

const ALWAYS_DEFINED = new Set<Expression["kind"]>(["literal", "sequence", "mapping"]);
