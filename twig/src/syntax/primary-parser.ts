/** Primary expressions (literals, names, calls, sequences, mappings) and what follows them (`.a`, `[b]`, `|c`). */

import { parseArguments } from "./arguments.ts";
import type {
  Call,
  Expression,
  Hole,
  Interpolation,
  Literal,
  MacroCall,
  Mapping,
  Name,
  Pair,
  Sequence,
  Spread,
} from "./ast.ts";
import type { TokenStream } from "./token-stream.ts";

const CONSTANTS: ReadonlyMap<string, boolean | null> = new Map([
  ["true", true],
  ["TRUE", true],
  ["false", false],
  ["FALSE", false],
  ["none", null],
  ["NONE", null],
  ["null", null],
  ["NULL", null],
]);

/** An operand with everything that binds tighter than an operator. */
export function parsePrimary(stream: TokenStream): Expression {
  return parsePostfix(stream, parseAtom(stream));
}

function parseAtom(stream: TokenStream): Expression {
  const token = stream.current;
  switch (token.kind) {
    case "name":
      return parseName(stream);
    case "number":
      stream.next();
      return stream.node({ kind: "literal", value: Number(token.value), at: token.at });
    case "string":
      return parseString(stream);
    case "operator":
      return parseBracketed(stream);
    default:
      return stream.failUnexpected("an expression");
  }
}

function parseName(stream: TokenStream): Literal | Name | Call | MacroCall {
  const { value, at } = stream.next();
  if (CONSTANTS.has(value)) return stream.node({ kind: "literal", value: CONSTANTS.get(value)!, at });
  if (!stream.isOperator("(")) return stream.node({ kind: "name", name: value, at });
  if (stream.macroNames.has(value)) {
    return stream.node({ kind: "macroCall", name: value, args: parseArguments(stream), at });
  }
  return stream.node({ kind: "call", name: value, args: parseArguments(stream), at });
}

/** String parts and interpolations that follow each other are one literal. */
function parseString(stream: TokenStream): Literal | Interpolation {
  const { at, value } = stream.next();
  if (!stream.is("interpolationStart")) return stream.node({ kind: "literal", value, at });
  const parts: Expression[] = value === "" ? [] : [stream.node({ kind: "literal", value, at })];
  while (stream.accept("interpolationStart") !== null) {
    parts.push(stream.expression());
    stream.expect("interpolationEnd", '"}"');
    const text = stream.expect("string", "the rest of the string");
    if (text.value !== "") parts.push(stream.node({ kind: "literal", value: text.value, at: text.at }));
  }
  return stream.node({ kind: "interpolation", parts, at });
}

function parseBracketed(stream: TokenStream): Expression {
  if (stream.isOperator("[")) return parseSequence(stream);
  if (stream.isOperator("{")) return parseMapping(stream);
  if (!stream.acceptOperator("(")) stream.failUnexpected("an expression");
  const inner = stream.expression();
  stream.expectOperator(")");
  return inner;
}

function parseSequence(stream: TokenStream): Sequence {
  const { at } = stream.expectOperator("[");
  const items: (Expression | Spread | Hole)[] = [];
  let hasHole = false;
  while (!stream.isOperator("]")) {
    if (stream.isOperator(",")) {
      hasHole = true;
      items.push({ kind: "hole", at: stream.next().at });
      continue;
    }
    items.push(parseItem(stream));
    if (!stream.isOperator("]")) stream.expectOperator(",");
  }
  stream.expectOperator("]");
  if (hasHole && !stream.isOperator("=")) stream.fail("A value is missing between two commas.", at);
  return stream.node({ kind: "sequence", items, at });
}

function parseItem(stream: TokenStream): Expression | Spread {
  const { at } = stream.current;
  if (!stream.acceptOperator("...")) return stream.expression();
  return stream.node({ kind: "spread", value: stream.expression(), at });
}

function parseMapping(stream: TokenStream): Mapping {
  const { at } = stream.expectOperator("{");
  const entries: (Pair | Spread)[] = [];
  while (!stream.isOperator("}")) {
    if (entries.length > 0) {
      stream.expectOperator(",");
      if (stream.isOperator("}")) break;
    }
    entries.push(stream.node(parseEntry(stream)));
  }
  stream.expectOperator("}");
  return stream.node({ kind: "mapping", entries, at });
}

function parseEntry(stream: TokenStream): Pair | Spread {
  const { at, kind, value } = stream.current;
  if (stream.acceptOperator("...")) return { kind: "spread", value: stream.expression(), at };
  const key = parseKey(stream);
  if (kind === "name" && !stream.isOperator(":")) {
    return { kind: "pair", key, value: stream.node({ kind: "name", name: value, at }), at };
  }
  stream.expectOperator(":");
  return { kind: "pair", key, value: stream.expression(), at };
}

/** A string, a name, a number, or any expression in parentheses. */
function parseKey(stream: TokenStream): Expression {
  const { at, kind, value } = stream.current;
  if (kind === "string") return parseString(stream);
  if (kind === "name") {
    stream.next();
    return { kind: "literal", value, at };
  }
  if (kind === "number") {
    stream.next();
    return { kind: "literal", value: Number(value), at };
  }
  if (stream.isOperator("-") && stream.peek(1).kind === "number") {
    stream.next();
    return { kind: "literal", value: -Number(stream.next().value), at };
  }
  if (!stream.isOperator("(")) stream.failUnexpected("a key (a name, a string, a number or (an expression))");
  return parseBracketed(stream);
}

/** Attribute access, subscripts, slices and filters, as many as follow. */
function parsePostfix(stream: TokenStream, start: Expression): Expression {
  let left = start;
  let links = 0;
  for (;;) {
    if (stream.isOperator(".") || stream.isOperator("?.")) left = parseDot(stream, left);
    else if (stream.isOperator("[")) left = parseSubscript(stream, left);
    else if (stream.isOperator("|")) left = parseFilter(stream, left);
    else return left;
    links += 1;
    // A chain nests in the tree as deep as it is long, so it counts as nesting.
    if (links > stream.limits.nesting) stream.fail("This chain is too long.", stream.current.at);
  }
}

function parseDot(stream: TokenStream, object: Expression): Expression {
  const nullSafe = stream.next().value === "?.";
  const { at, kind, value } = stream.current;
  // The lexer reads the end of `rows.0.1` as the number 0.1.
  if (kind === "number" && /^\d+\.\d+$/.test(value)) {
    stream.next();
    return value.split(".").reduce<Expression>((inner, index) => {
      const key = stream.node({ kind: "literal" as const, value: Number(index), at });
      return stream.node({ kind: "attribute", object: inner, key, nullSafe, args: null, at });
    }, object);
  }
  const key = parseDotKey(stream);
  const args = stream.isOperator("(") ? parseArguments(stream) : null;
  return stream.node({ kind: "attribute", object, key, nullSafe, args, at });
}

function parseDotKey(stream: TokenStream): Expression {
  const { at, kind, value } = stream.current;
  if (kind === "name") {
    stream.next();
    return stream.node({ kind: "literal", value, at });
  }
  if (kind === "number") {
    stream.next();
    return stream.node({ kind: "literal", value: Number(value), at });
  }
  if (!stream.isOperator("(")) stream.failUnexpected("the name of an attribute");
  return parseBracketed(stream);
}

function parseSubscript(stream: TokenStream, object: Expression): Expression {
  const { at } = stream.expectOperator("[");
  const start = stream.isOperator(":") ? null : stream.expression();
  if (stream.acceptOperator(":")) {
    const length = stream.isOperator("]") ? null : stream.expression();
    stream.expectOperator("]");
    return stream.node({ kind: "slice", object, start, length, at });
  }
  stream.expectOperator("]");
  return stream.node({ kind: "attribute", object, key: start!, nullSafe: false, args: null, at });
}

function parseFilter(stream: TokenStream, value: Expression): Expression {
  stream.expectOperator("|");
  const { name, args, at } = parseFilterStep(stream);
  return stream.node({ kind: "filter", name, value, args, at });
}

/** A filter's name and arguments, without the bar; `{% apply %}` uses it too. */
export function parseFilterStep(stream: TokenStream) {
  const { value: name, at } = stream.expect("name", "the name of a filter");
  const args = stream.isOperator("(") ? parseArguments(stream) : [];
  return { name, args, at };
}
