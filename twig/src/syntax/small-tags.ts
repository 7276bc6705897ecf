/** `apply`, `autoescape`, and the tags that leave nothing at render time. */
import type { Escaping, FilterStep, Statement } from "./ast.ts";
import { parseFilterStep } from "./primary-parser.ts";
import { findStrategy, STRATEGY_NAMES } from "./strategies.ts";
import { bodyUntil, endTag, type TagContext, type TagParser } from "./tag-parser.ts";

function parseApply(context: TagContext): Statement {
  const { stream, at } = context;
  const filters: FilterStep[] = [];
  do {
    filters.push(parseFilterStep(stream));
  } while (stream.acceptOperator("|"));
  const body = bodyUntil(context, "endapply");
  endTag(stream);
  return { kind: "apply", filters, body, at };
}

function parseAutoescape(context: TagContext): Statement {
  const { stream, at } = context;
  const strategy = parseStrategy(context);
  const body = bodyUntil(context, "endautoescape");
  endTag(stream);
  return { kind: "autoescape", strategy, body, at };
}

function parseStrategy({ stream }: TagContext): Escaping {
  if (stream.is("tagEnd")) return "html";
  const { at } = stream.current;
  if (stream.acceptWord("false")) return false;
  if (stream.acceptWord("true")) return "html";
  const name = stream.expect("string", "an escaping strategy or false").value;
  return (
    findStrategy(name) ?? stream.fail(`There is no escaping strategy "${name}" (${STRATEGY_NAMES}).`, at)
  );
}

/** `{% deprecated 'text' package='a/b' version='1' %}`: read and checked, then nothing. */
function parseDeprecated({ stream, at }: TagContext): Statement {
  stream.expression();
  while (stream.is("name")) {
    stream.next();
    stream.expectOperator("=");
    stream.expression();
  }
  endTag(stream);
  return { kind: "nothing", tag: "deprecated", at };
}

/** `{% types {name: 'string', age?: 'number' docs='in years'} %}`: for tools that read the source. */
function parseTypes({ stream, at }: TagContext): Statement {
  const isWrapped = stream.acceptOperator("{");
  while (stream.is("name") || stream.is("string")) {
    stream.next();
    stream.acceptOperator("?");
    stream.expectOperator(":");
    stream.expect("string", "the type as a string");
    if (stream.acceptWord("docs")) {
      stream.expectOperator("=");
      stream.expect("string", "the description as a string");
    }
    if (!stream.acceptOperator(",")) break;
  }
  if (isWrapped) stream.expectOperator("}");
  endTag(stream);
  return { kind: "nothing", tag: "types", at };
}

function parseFlush({ stream, at }: TagContext): Statement {
  endTag(stream);
  return { kind: "nothing", tag: "flush", at };
}

function parseLine({ stream, at }: TagContext): Statement {
  stream.expect("number", "a line number");
  endTag(stream);
  return { kind: "nothing", tag: "line", at };
}

export const SMALL_TAGS: readonly (readonly [string, TagParser])[] = [
  ["apply", parseApply],
  ["autoescape", parseAutoescape],
  ["deprecated", parseDeprecated],
  ["types", parseTypes],
  ["flush", parseFlush],
  ["line", parseLine],
];
