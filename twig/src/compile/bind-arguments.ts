/** Matches an argument list to a signature: while compiling where possible, at render time where `...` is used. */
import type { Signature } from "../builtins/spec.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { suggest } from "../suggest.ts";
import type { Argument } from "../syntax/ast.ts";
import { keysOf, valuesOf } from "../values/kinds.ts";
import type { Compiler, Evaluate } from "./compiler.ts";

export type EvaluateArguments = (rt: Runtime) => readonly unknown[];

interface Callee {
  /** For messages: `The filter "date"`. */
  readonly title: string;
  readonly signature: Signature;
  readonly at: number;
}

const NO_ARGUMENTS: readonly unknown[] = Object.freeze([]);

/** Twig accepts `decimalPoint` for `decimal_point`. */
function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A closure that gives the arguments by place, undefined where left out. Faults of the list fail now, those of spread arguments at render time. */
export function bindArguments(
  compiler: Compiler,
  args: readonly Argument[],
  callee: Callee,
): EvaluateArguments {
  if (args.some((argument) => argument.spread)) return bindWithSpread(compiler, args, callee);
  const places: (Argument | undefined)[] = [];
  for (const argument of args) {
    const place = argument.name === null ? places.length : placeOfName(compiler, argument, callee);
    if (places[place] !== undefined)
      compiler.fail(`${callee.title} gets "${argument.name}" twice.`, argument.at);
    places[place] = argument;
  }
  checkCount(compiler, places, callee);
  return evaluatePlaces(compiler, places);
}

function placeOfName(compiler: Compiler, argument: Argument, { title, signature }: Callee): number {
  const name = snakeCase(argument.name!);
  const place = signature.params.indexOf(name);
  if (place === -1) {
    compiler.fail(
      `${title} has no argument "${argument.name}".`,
      argument.at,
      suggest(name, signature.params),
    );
  }
  return place;
}

function checkCount(compiler: Compiler, places: readonly unknown[], { title, signature, at }: Callee): void {
  const { params, required = 0, rest } = signature;
  if (rest !== true && places.length > params.length) {
    const most = params.length === 0 ? "no arguments" : `at most ${params.length} (${params.join(", ")})`;
    compiler.fail(`${title} takes ${most}.`, at);
  }
  for (let i = 0; i < required; i++) {
    if (places[i] === undefined) compiler.fail(`${title} needs the argument "${params[i]}".`, at);
  }
}

function evaluatePlaces(compiler: Compiler, places: readonly (Argument | undefined)[]): EvaluateArguments {
  if (places.length === 0) return () => NO_ARGUMENTS;
  const isConstant = places.every((argument) => argument?.value.kind === "literal" || argument === undefined);
  if (isConstant) {
    const constants = Object.freeze(
      Array.from(places, (argument) =>
        argument?.value.kind === "literal" ? argument.value.value : undefined,
      ),
    );
    return () => constants;
  }
  const parts = Array.from(places, (argument) =>
    argument === undefined ? () => undefined : compiler.expression(argument.value),
  );
  if (parts.length === 1) {
    const first = parts[0]!;
    return (rt) => [first(rt)];
  }
  return (rt) => parts.map((part) => part(rt));
}

interface Step {
  readonly name: string | null;
  readonly spread: boolean;
  readonly value: Evaluate;
}

function bindWithSpread(compiler: Compiler, args: readonly Argument[], callee: Callee): EvaluateArguments {
  const steps: Step[] = args.map((argument) => {
    if (argument.name !== null) placeOfName(compiler, argument, callee);
    return { name: argument.name, spread: argument.spread, value: compiler.expression(argument.value) };
  });
  return (rt) => spreadArguments(rt, steps, callee);
}

/** Elements with text keys are arguments by name, as in PHP. */
function spreadArguments(rt: Runtime, steps: readonly Step[], { title, signature, at }: Callee): unknown[] {
  const result: unknown[] = [];
  let position = 0;
  const put = (name: string | null, value: unknown) => {
    const place = name === null ? position++ : signature.params.indexOf(snakeCase(name));
    if (place === -1) rt.fail(`${title} has no argument "${name}".`);
    result[place] = value;
  };
  rt.at = at;
  for (const step of steps) {
    const value = step.value(rt);
    if (!step.spread) {
      put(step.name, value);
      continue;
    }
    const keys = keysOf(value);
    const values = valuesOf(value);
    // Each is looked at, put in its place and copied.
    rt.chargeItems(keys.length);
    rt.charge(keys.length * 2);
    for (let i = 0; i < keys.length; i++)
      put(typeof keys[i] === "string" ? String(keys[i]) : null, values[i]);
  }
  if (signature.rest !== true && result.length > signature.params.length)
    rt.fail(`${title} gets too many arguments.`);
  return Array.from(result);
}
