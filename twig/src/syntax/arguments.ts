/** Argument lists: positional, named (`name: v` and `name=v`) and spread; shared by calls, filters and tests. */
import type { Argument } from "./ast.ts";
import type { TokenStream } from "./token-stream.ts";

function parseArgument(stream: TokenStream): Argument {
  const { at } = stream.current;
  if (stream.acceptOperator("...")) {
    return { kind: "argument", name: null, value: stream.expression(), spread: true, at };
  }
  const after = stream.peek(1);
  const isNamed =
    stream.is("name") && after.kind === "operator" && (after.value === "=" || after.value === ":");
  let name: string | null = null;
  if (isNamed) {
    name = stream.next().value;
    stream.next();
  }
  return { kind: "argument", name, value: stream.expression(), spread: false, at };
}

/** Parses from the opening to the closing parenthesis. */
export function parseArguments(stream: TokenStream): Argument[] {
  stream.expectOperator("(");
  const args: Argument[] = [];
  while (!stream.isOperator(")")) {
    if (args.length > 0) {
      stream.expectOperator(",");
      if (stream.isOperator(")")) break;
    }
    const argument = stream.node(parseArgument(stream));
    if (argument.name === null && !argument.spread && args.some((one) => one.name !== null)) {
      stream.fail("Arguments by position must come before named ones.", argument.at);
    }
    if (argument.name === null && !argument.spread && args.some((one) => one.spread)) {
      stream.fail('Arguments by position must come before "...".', argument.at);
    }
    args.push(argument);
  }
  stream.expectOperator(")");
  return args;
}
