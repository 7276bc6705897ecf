/** `if`, `for`, `set`, `with`, `do`, `guard`. */
import type { Branch, Expression, Guard, SetTag, Statement } from "./ast.ts";
import { checkAssignable, checkTarget } from "./expression-parser.ts";
import { bodyUntil, endTag, type TagContext, type TagParser } from "./tag-parser.ts";
import type { TokenStream } from "./token-stream.ts";

function parseIf(context: TagContext): Statement {
  const { stream, at } = context;
  const branches: Branch[] = [];
  let otherwise: Statement[] | null = null;
  let word = "if";
  let branchAt = at;
  while (word !== "endif") {
    const test = word === "else" ? null : stream.expression();
    endTag(stream);
    const body = context.body(otherwise === null && test !== null ? ["elseif", "else", "endif"] : ["endif"]);
    if (test === null) otherwise = body;
    else branches.push({ test, body, at: branchAt });
    branchAt = stream.current.at;
    word = stream.next().value;
  }
  endTag(stream);
  return { kind: "if", branches, otherwise, at };
}

function parseFor(context: TagContext): Statement {
  const { stream, at } = context;
  const first = expectTargetName(stream);
  const second = stream.acceptOperator(",") ? expectTargetName(stream) : null;
  stream.expectWord("in");
  const items = stream.expression();
  if (stream.is("name", "if")) {
    stream.fail(
      'A condition after "for ... in" is not part of Twig 3: use the filter "filter".',
      stream.current.at,
    );
  }
  endTag(stream);
  const body = context.body(["else", "endfor"]);
  let otherwise: Statement[] | null = null;
  if (stream.next().value === "else") {
    endTag(stream);
    otherwise = context.body(["endfor"]);
    stream.expectWord("endfor");
  }
  endTag(stream);
  const keyName = second === null ? null : first;
  return { kind: "for", keyName, valueName: second ?? first, items, body, otherwise, at };
}

function expectTargetName(stream: TokenStream): string {
  const token = stream.expect("name", "the name of a variable");
  checkAssignable(stream, token.value, token.at);
  return token.value;
}

function parseSet(context: TagContext): Statement {
  const { stream, at } = context;
  const targets: SetTag["targets"][number][] = [];
  do {
    targets.push(parseTarget(stream));
  } while (stream.acceptOperator(","));
  if (!stream.acceptOperator("=")) return parseCapture(context, targets);
  const values: Expression[] = [];
  do {
    values.push(stream.expression());
  } while (stream.acceptOperator(","));
  if (values.length !== targets.length) {
    stream.fail(`There are ${targets.length} names but ${values.length} values.`, at);
  }
  endTag(stream);
  return { kind: "set", targets, values, at };
}

function parseTarget(stream: TokenStream): SetTag["targets"][number] {
  const { at } = stream.current;
  if (stream.is("name")) return { kind: "name", name: expectTargetName(stream), at };
  // Level 1 keeps the `=` of the tag out of the pattern.
  const pattern = stream.expression(1);
  if (pattern.kind !== "sequence" && pattern.kind !== "mapping") {
    return stream.fail("Expected the name of a variable.", at);
  }
  checkTarget(stream, pattern);
  return pattern;
}

function parseCapture(context: TagContext, targets: SetTag["targets"]): Statement {
  const { stream, at } = context;
  const target = targets[0]!;
  if (targets.length > 1 || target.kind !== "name") {
    return stream.fail("Captured text goes into one name.", at);
  }
  const body = bodyUntil(context, "endset");
  endTag(stream);
  return { kind: "capture", name: target.name, body, at };
}

function parseWith(context: TagContext): Statement {
  const { stream, at } = context;
  const variables = stream.is("tagEnd") || stream.is("name", "only") ? null : stream.expression();
  const only = stream.acceptWord("only");
  const body = bodyUntil(context, "endwith");
  endTag(stream);
  return { kind: "with", variables, only, body, at };
}

function parseDo(context: TagContext): Statement {
  const { stream, at } = context;
  const value = stream.expression();
  endTag(stream);
  return { kind: "do", value, at };
}

function parseGuard(context: TagContext): Statement {
  const { stream, at } = context;
  const subject = stream.expect("name", '"filter", "function" or "test"');
  if (subject.value !== "filter" && subject.value !== "function" && subject.value !== "test") {
    return stream.fail(`Expected "filter", "function" or "test" but found "${subject.value}".`, subject.at);
  }
  let name = stream.expect("name", "a name").value;
  if (subject.value === "test" && stream.is("name")) name += ` ${stream.next().value}`;
  endTag(stream);
  const body = context.body(["else", "endguard"]);
  let otherwise: Guard["otherwise"] = null;
  if (stream.next().value === "else") {
    otherwise = bodyUntil(context, "endguard");
  }
  endTag(stream);
  return { kind: "guard", subject: subject.value, name, body, otherwise, at };
}

export const CONTROL_TAGS: readonly (readonly [string, TagParser])[] = [
  ["if", parseIf],
  ["for", parseFor],
  ["set", parseSet],
  ["with", parseWith],
  ["do", parseDo],
  ["guard", parseGuard],
];
