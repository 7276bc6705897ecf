/** Statements to closures, and bodies: lists of statements that run as one. */
import type { Runtime } from "../runtime/runtime.ts";
import type {
  Apply,
  Capture,
  Do,
  Expression,
  FilterStep,
  Guard,
  If,
  SetTag,
  Statement,
} from "../syntax/ast.ts";
import { truthy } from "../values/kinds.ts";
import { Markup } from "../values/markup.ts";
import { compileTarget } from "./assign.ts";
import { compileBlockTag } from "./blocks.ts";
import { applyFilter } from "./calls.ts";
import type { Compiler, Evaluate, Run } from "./compiler.ts";
import { compileEmbed, compileInclude } from "./include.ts";
import { compileFor, compileWith } from "./loop.ts";
import { compileFrom, compileImport } from "./macros.ts";
import { compileOutput, emitValue } from "./output.ts";
import { checkChild, guardedBody } from "./template-shape.ts";

/** A body charges its number of statements once, on entry, and has the output's length checked there too. */
export function compileBody(compiler: Compiler, nodes: readonly Statement[]): Run {
  const runs: Run[] = [];
  let text = "";
  for (const node of nodes) {
    if (node.kind === "text") {
      text += node.text;
      continue;
    }
    if (node.kind === "output" && node.value.kind === "literal" && typeof node.value.value === "string") {
      // A literal is printed as it is written, in every escaping strategy.
      text += node.value.value;
      continue;
    }
    const run = compileStatement(compiler, node, text);
    if (run === null) continue;
    runs.push(run);
    text = "";
  }
  if (text !== "") runs.push(textRun(text));
  return joinRuns(runs);
}

function textRun(text: string): Run {
  return (rt) => {
    rt.out += text;
  };
}

function joinRuns(runs: readonly Run[]): Run {
  const cost = runs.length + 1;
  const [first, second, third] = runs;
  if (first === undefined) return () => {};
  if (second === undefined) {
    return (rt) => {
      rt.charge(cost);
      first(rt);
    };
  }
  if (third === undefined) {
    return (rt) => {
      rt.charge(cost);
      first(rt);
      second(rt);
    };
  }
  return (rt) => {
    rt.charge(cost);
    for (let i = 0; i < runs.length; i++) runs[i]!(rt);
  };
}

/** `prefix` is the text before the statement; the closure writes it. Null: nothing to run, the text stays pending. */
function compileStatement(compiler: Compiler, node: Statement, prefix: string): Run | null {
  if (node.kind === "output") return compileOutput(compiler, node.value, prefix);
  const run = compileTag(compiler, node);
  if (run === null || prefix === "") return run;
  return (rt) => {
    rt.out += prefix;
    run(rt);
  };
}

function compileTag(compiler: Compiler, node: Statement): Run | null {
  switch (node.kind) {
    case "if":
      return compileIf(compiler, node);
    case "for":
      return compileFor(compiler, node);
    case "set":
      return compileSet(compiler, node);
    case "capture":
      return compileCapture(compiler, node);
    case "apply":
      return compileApply(compiler, node);
    case "do":
      return compileDo(compiler, node);
    case "with":
      return compileWith(compiler, node);
    case "autoescape":
      return compiler.at({ strategy: node.strategy, isTopLevel: false }).body(node.body);
    case "guard":
      return compileGuard(compiler, node);
    default:
      return compileSnippetTag(compiler, node);
  }
}

function compileSnippetTag(compiler: Compiler, node: Statement): Run | null {
  switch (node.kind) {
    case "block":
      return compileBlockTag(compiler, node);
    case "include":
      return compileInclude(compiler, node);
    case "embed":
      checkChild(compiler, node.body);
      return compileEmbed(compiler, node);
    case "import":
      return compileImport(compiler, node);
    case "from":
      return compileFrom(compiler, node);
    default:
      return null;
  }
}

function compileIf(compiler: Compiler, { branches, otherwise }: If): Run {
  const inner = compiler.at({ isTopLevel: false });
  const tests = branches.map((branch) => compiler.expression(branch.test));
  const bodies = branches.map((branch) => inner.body(branch.body));
  const last = otherwise === null ? null : inner.body(otherwise);
  const [test, body] = [tests[0]!, bodies[0]!];
  if (tests.length === 1) {
    return (rt) => {
      if (truthy(test(rt))) body(rt);
      else if (last !== null) last(rt);
    };
  }
  return (rt) => {
    for (let i = 0; i < tests.length; i++) {
      if (truthy(tests[i]!(rt))) return bodies[i]!(rt);
    }
    if (last !== null) last(rt);
  };
}

function compileSet(compiler: Compiler, { targets, values }: SetTag): Run {
  const stores = targets.map((target) => compileTarget(compiler, target));
  const evaluates: Evaluate[] = values.map((value) => compiler.expression(value));
  const [store, evaluate] = [stores[0]!, evaluates[0]!];
  if (stores.length === 1) return (rt) => store(rt, evaluate(rt));
  // All values first, so that `set a, b = b, a` swaps.
  return (rt) => {
    const results = evaluates.map((one) => one(rt));
    for (let i = 0; i < stores.length; i++) stores[i]!(rt, results[i]);
  };
}

function captured(rt: Runtime, body: Run): Markup | "" {
  const text = rt.capture(() => body(rt));
  return text === "" ? "" : new Markup(text);
}

function compileCapture(compiler: Compiler, { name, body, at }: Capture): Run {
  const run = compiler.at({ isTopLevel: false, isCaptured: true }).body(body);
  return (rt) => {
    rt.at = at;
    rt.scope.assign(name, captured(rt, run));
  };
}

/** The body becomes a value that goes through the filters and is then printed like any output. */
function compileApply(compiler: Compiler, { filters, body }: Apply): Run {
  const inner = compiler.at({ isTopLevel: false }).body(body);
  const start: Evaluate = (rt) => captured(rt, inner);
  const last = filters.at(-1)!;
  const chain = filters.reduce((value, step) => applyFilter(compiler, step, value), start);
  return emitValue(compiler, chain, { node: filterNode(last), prefix: "" });
}

/** For the question whether the last filter escapes by itself. */
function filterNode({ name, args, at }: FilterStep): Expression {
  return { kind: "filter", name, args, value: { kind: "literal", value: "", at }, at };
}

function compileDo(compiler: Compiler, { value }: Do): Run {
  const evaluate = compiler.expression(value);
  return (rt) => {
    evaluate(rt);
  };
}

function compileGuard(compiler: Compiler, guard: Guard): Run {
  return compiler.at({ isTopLevel: false }).body(guardedBody(guard));
}
