/** Expressions by precedence climbing; primary expressions are in `primary-parser.ts`. */

import { parseArguments } from "./arguments.ts";
import type { Argument, Arrow, Assign, Expression, Sequence } from "./ast.ts";
import {
  INFIX,
  type InfixOperator,
  TWO_WORDS,
  UNARY_NOT_PRECEDENCE,
  UNARY_SIGN_PRECEDENCE,
} from "./operators.ts";
import { parsePrimary } from "./primary-parser.ts";
import { TEST_NAMES, TESTS_OF_ONE_ARGUMENT } from "./test-names.ts";
import type { TokenStream } from "./token-stream.ts";

/** Parses an expression of at least this precedence; 0 takes all, with conditionals, arrows and assignments. */
export function parseExpression(stream: TokenStream, precedence = 0): Expression {
  return stream.nested(() => {
    if (precedence === 0) {
      const arrow = parseArrow(stream);
      if (arrow !== null) return arrow;
    }
    let left = parseUnary(stream);
    let links = 0;
    for (let found = infixHere(stream); found !== null; found = infixHere(stream)) {
      if (found.rule.precedence < precedence) break;
      left = parseInfix(stream, left, found);
      links += 1;
      if (links > MAX_CHAIN) stream.fail("This expression is too long.", stream.current.at);
    }
    if (precedence > 0) return left;
    return stream.isOperator("=") ? parseAssign(stream, left) : parseConditional(stream, left);
  });
}

/** `a ~ b ~ c ...` nests in the tree as deep as it is long, and the tree is walked by recursion. */
const MAX_CHAIN = 500;

interface FoundInfix {
  readonly operator: string;
  readonly rule: InfixOperator;
  readonly words: number;
}

function infixHere(stream: TokenStream): FoundInfix | null {
  const { kind, value } = stream.current;
  if (kind !== "operator" && kind !== "name") return null;
  if (kind === "name") {
    const second = stream.peek(1);
    if (second.kind === "name" && TWO_WORDS.get(value)?.includes(second.value)) {
      const operator = `${value} ${second.value}`;
      return { operator, rule: INFIX.get(operator)!, words: 2 };
    }
  }
  const rule = INFIX.get(value);
  return rule === undefined ? null : { operator: value, rule, words: 1 };
}

function parseInfix(stream: TokenStream, left: Expression, found: FoundInfix): Expression {
  const { at } = stream.current;
  for (let i = 0; i < found.words; i++) stream.next();
  if (found.operator === "is" || found.operator === "is not") {
    return parseTest(stream, left, found.operator === "is not");
  }
  if (found.operator === "has some" || found.operator === "has every") {
    return stream.node({ kind: "binary", operator: found.operator, left, right: stream.expression(), at });
  }
  const { precedence, rightAssociative } = found.rule;
  const right = stream.expression(rightAssociative ? precedence : precedence + 1);
  return stream.node({ kind: "binary", operator: found.operator, left, right, at });
}

function parseUnary(stream: TokenStream): Expression {
  const { at, kind, value } = stream.current;
  if (kind === "name" && value === "not") {
    stream.next();
    const operand = stream.expression(UNARY_NOT_PRECEDENCE);
    return stream.node({ kind: "unary", operator: "not", operand, at });
  }
  if (kind === "operator" && (value === "-" || value === "+")) {
    stream.next();
    return stream.node({ kind: "unary", operator: value, operand: parseSignOperand(stream), at });
  }
  return parsePrimary(stream);
}

/** The sign binds tighter than all but `**`: the documentation reads `-1**0` as `-(1**0)`. */
function parseSignOperand(stream: TokenStream): Expression {
  const operand = stream.expression(UNARY_SIGN_PRECEDENCE);
  const { at } = stream.current;
  if (!stream.acceptOperator("**")) return operand;
  const right = stream.expression(INFIX.get("**")!.precedence);
  return stream.node({ kind: "binary", operator: "**", left: operand, right, at });
}

function parseTest(stream: TokenStream, value: Expression, negated: boolean): Expression {
  const { at } = stream.current;
  const first = stream.expect("name", "the name of a test").value;
  const second = stream.is("name") ? stream.current.value : null;
  const isTwoWords = second !== null && TEST_NAMES.has(`${first} ${second}`);
  if (isTwoWords) stream.next();
  const name = isTwoWords ? `${first} ${second}` : first;
  let args: Argument[] = [];
  if (stream.isOperator("(")) {
    args = parseArguments(stream);
  } else if (TESTS_OF_ONE_ARGUMENT.has(name)) {
    const argument = parsePrimary(stream);
    args = [{ kind: "argument", name: null, value: argument, spread: false, at: argument.at }];
  }
  return stream.node({ kind: "test", name, value, args, negated, at });
}

function parseConditional(stream: TokenStream, test: Expression): Expression {
  let result = test;
  while (stream.isOperator("?")) {
    const { at } = stream.next();
    if (stream.acceptOperator(":")) {
      const no = stream.expression();
      result = stream.node({ kind: "conditional", test: result, yes: null, no, at });
      continue;
    }
    const yes = stream.expression();
    const no: Expression = stream.acceptOperator(":")
      ? stream.expression()
      : stream.node({ kind: "literal", value: "", at });
    result = stream.node({ kind: "conditional", test: result, yes, no, at });
  }
  return result;
}

/** `x => ...`, `(x, y) => ...`, `() => ...`; null when no arrow function starts here. */
function parseArrow(stream: TokenStream): Arrow | null {
  const { at } = stream.current;
  const params = arrowParams(stream);
  if (params === null) return null;
  stream.expectOperator("=>");
  for (const param of params) checkAssignable(stream, param, at);
  const unique = new Set(params);
  if (unique.size !== params.length) stream.fail("Two parameters have the same name.", at);
  return stream.node<Arrow>({ kind: "arrow", params, body: stream.expression(), at });
}

/** Looks ahead without moving unless an arrow function is certain. */
function arrowParams(stream: TokenStream): string[] | null {
  if (stream.is("name") && isOperatorAt(stream, 1, "=>")) return [stream.next().value];
  if (!stream.isOperator("(")) return null;
  const params: string[] = [];
  let ahead = 1;
  while (!isOperatorAt(stream, ahead, ")")) {
    const token = stream.peek(ahead);
    if (token.kind !== "name") return null;
    params.push(token.value);
    ahead += 1;
    if (isOperatorAt(stream, ahead, ",")) ahead += 1;
    else if (!isOperatorAt(stream, ahead, ")")) return null;
  }
  if (!isOperatorAt(stream, ahead + 1, "=>")) return null;
  for (let i = 0; i <= ahead; i++) stream.next();
  return params;
}

function isOperatorAt(stream: TokenStream, ahead: number, value: string): boolean {
  const token = stream.peek(ahead);
  return token.kind === "operator" && token.value === value;
}

function parseAssign(stream: TokenStream, left: Expression): Assign {
  const { at } = stream.next();
  if (left.kind !== "name" && left.kind !== "sequence" && left.kind !== "mapping") {
    stream.fail("Only a name, [names] or {names} can stand left of =.", at);
  }
  checkTarget(stream, left);
  return stream.node({ kind: "assign", target: left, value: stream.expression(), at });
}

/** Refuses patterns with anything but names in them, and names that Twig reserves. */
export function checkTarget(stream: TokenStream, target: Assign["target"]): void {
  if (target.kind === "name") {
    checkAssignable(stream, target.name, target.at);
    return;
  }
  const parts: Sequence["items"] =
    target.kind === "sequence"
      ? target.items
      : target.entries.map((entry) => (entry.kind === "pair" ? entry.value : entry));
  for (const part of parts) {
    if (part.kind === "hole") continue;
    if (part.kind !== "name" && part.kind !== "sequence" && part.kind !== "mapping") {
      stream.fail("Only names can stand in this pattern.", part.at);
    }
    checkTarget(stream, part);
  }
}

const RESERVED = new Set(["true", "false", "none", "null", "_self", "_context", "_charset"]);

/** Refuses Twig's own names as targets of assignments. */
export function checkAssignable(stream: TokenStream, name: string, at: number): void {
  if (RESERVED.has(name.toLowerCase())) stream.fail(`"${name}" cannot be assigned to.`, at);
}
