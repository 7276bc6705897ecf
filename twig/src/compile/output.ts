/**
 * `{{ ... }}` to closures that append to the output. The text before an output is part of the same closure: most
 * templates are text and value in turn, and one call per pair is measurably cheaper than two.
 */
import { readNamed } from "../runtime/attribute.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { readLayers } from "../runtime/scope.ts";
import type { Attribute, Escaping, Expression, Strategy } from "../syntax/ast.ts";
import { escapeHtml, escapeText } from "../values/escape.ts";
import { isNull, truthy } from "../values/kinds.ts";
import { Markup } from "../values/markup.ts";
import { numberText } from "../values/number-text.ts";
import { toText } from "../values/text.ts";
import type { Compiler, Evaluate, Run } from "./compiler.ts";
import { mayCallMacro } from "./macros.ts";
import { isDirect } from "./names.ts";
import { hasOneSafeSide, isSafe } from "./safety.ts";

/** Pieces longer than this are charged and make the output's length be checked at once. */
const LONG_PIECE = 512;

function append(rt: Runtime, text: string): void {
  rt.out += text;
  if (text.length > LONG_PIECE) {
    rt.charge(text.length >> 5);
    rt.checkOutput();
  }
}

function emitRaw(rt: Runtime, value: unknown): void {
  append(rt, typeof value === "string" ? value : toText(rt, value));
}

function emitHtml(rt: Runtime, value: unknown): void {
  if (typeof value === "string") append(rt, escapeHtml(rt, value));
  else if (typeof value === "number") rt.out += numberText(value);
  else if (value instanceof Markup) append(rt, value.text);
  else if (value !== null) append(rt, escapeHtml(rt, toText(rt, value)));
}

function emitFor(strategy: Strategy): Emit {
  return (rt, value) => {
    const text = toText(rt, value);
    // Numbers and booleans stay as they are, in Twig too: "-1" is no danger in any place.
    const isHarmless = typeof value === "number" || typeof value === "boolean" || value instanceof Markup;
    append(rt, isHarmless ? text : escapeText(rt, text, strategy));
  };
}

type Emit = (rt: Runtime, value: unknown) => void;

function chooseEmit(strategy: Escaping, node: Expression): Emit {
  if (strategy === false || isSafe(node, strategy)) return emitRaw;
  return strategy === "html" ? emitHtml : emitFor(strategy);
}

/** An output whose value is a closure already; `node` says whether it needs escaping. */
export function emitValue(
  compiler: Compiler,
  evaluate: Evaluate,
  { node, prefix }: { node: Expression; prefix: string },
): Run {
  return emitAny(evaluate, { emit: chooseEmit(compiler.place.strategy, node), prefix, at: node.at });
}

/** The closure for an output and the literal text before it ("" when there is none). */
export function compileOutput(compiler: Compiler, node: Expression, prefix: string): Run {
  const { strategy } = compiler.place;
  if (strategy !== false && hasOneSafeSide(node, strategy)) {
    if (node.kind === "conditional" && node.yes !== null) return compileEither(compiler, node, prefix);
    if (node.kind === "conditional" || node.kind === "binary") return compileFirst(compiler, node, prefix);
  }
  const { at } = node;
  const emit = chooseEmit(strategy, node);
  if (node.kind === "name" && isDirect(compiler, node.name)) return emitName(node.name, { emit, prefix, at });
  if (node.kind === "attribute" && node.args === null && !mayCallMacro(compiler, node))
    return emitAttribute(compiler, node, { emit, prefix, at });
  return emitAny(compiler.expression(node), { emit, prefix, at });
}

interface Piece {
  readonly emit: Emit;
  readonly prefix: string;
  readonly at: number;
}

function emitName(name: string, { emit, prefix, at }: Piece): Run {
  return (rt) => {
    rt.out += prefix;
    const value = readLayers(rt.scope.layers, name);
    if (value === null) return;
    rt.at = at;
    emit(rt, value);
  };
}

function emitAttribute(compiler: Compiler, { object, key }: Attribute, { emit, prefix, at }: Piece): Run {
  const evaluate = compiler.expression(object);
  if (key.kind !== "literal" || typeof key.value !== "string") {
    return emitAny(compiler.expression({ kind: "attribute", object, key, nullSafe: false, args: null, at }), {
      emit,
      prefix,
      at,
    });
  }
  const name = key.value;
  return (rt) => {
    rt.out += prefix;
    const value = readNamed(evaluate(rt), name);
    rt.at = at;
    emit(rt, value);
  };
}

function emitAny(evaluate: Evaluate, { emit, prefix, at }: Piece): Run {
  return (rt) => {
    rt.out += prefix;
    const value = evaluate(rt);
    rt.at = at;
    emit(rt, value);
  };
}

type Conditional = Extract<Expression, { kind: "conditional" }>;

/** Each branch is escaped by its own rule. */
function compileEither(compiler: Compiler, node: Conditional, prefix: string): Run {
  const test = compiler.expression(node.test);
  const yes = compileOutput(compiler, node.yes!, "");
  const no = compileOutput(compiler, node.no, "");
  return (rt) => {
    rt.out += prefix;
    if (truthy(test(rt))) yes(rt);
    else no(rt);
  };
}

type Coalesce = Extract<Expression, { kind: "binary" }>;

/** `a ?: b` and `a ?? b`: the first side if it counts, else the second. */
function compileFirst(compiler: Compiler, node: Conditional | Coalesce, prefix: string): Run {
  const { strategy } = compiler.place;
  const isElvis = node.kind === "conditional";
  const firstNode = isElvis ? node.test : node.left;
  const first = compiler.expression(firstNode);
  const second = compileOutput(compiler, isElvis ? node.no : node.right, "");
  const emit = chooseEmit(strategy, firstNode);
  const { at } = node;
  return (rt) => {
    rt.out += prefix;
    const value = first(rt);
    const counts = isElvis ? truthy(value) : !isNull(value);
    if (!counts) return second(rt);
    rt.at = at;
    emit(rt, value);
  };
}
