/** Tags about other templates and parts of templates: `include`, `embed`, `extends`, `block`, `macro`, imports. */
import type { Expression, ImportedName, MacroParam, Statement } from "./ast.ts";
import { checkAssignable } from "./expression-parser.ts";
import { bodyUntil, endTag, type TagContext, type TagParser } from "./tag-parser.ts";
import type { TokenStream } from "./token-stream.ts";

interface IncludeTail {
  readonly variables: Expression | null;
  readonly only: boolean;
  readonly ignoreMissing: boolean;
}

function parseIncludeTail(stream: TokenStream): IncludeTail {
  let ignoreMissing = false;
  if (stream.acceptWord("ignore")) {
    stream.expectWord("missing");
    ignoreMissing = true;
  }
  const variables = stream.acceptWord("with") ? stream.expression() : null;
  return { ignoreMissing, variables, only: stream.acceptWord("only") };
}

function parseInclude({ stream, at }: TagContext): Statement {
  const template = stream.expression();
  const tail = parseIncludeTail(stream);
  endTag(stream);
  return { kind: "include", template, ...tail, at };
}

/** The body of an embed is a template of its own: its blocks have their own names. */
function parseEmbed(context: TagContext): Statement {
  const { stream, at } = context;
  const template = stream.expression();
  const tail = parseIncludeTail(stream);
  const outer = new Set(context.blockNames);
  context.blockNames.clear();
  const body = stream.macroNames.apart(() => bodyUntil(context, "endembed"));
  endTag(stream);
  context.blockNames.clear();
  for (const name of outer) context.blockNames.add(name);
  return { kind: "embed", template, ...tail, body, at };
}

function parseExtends({ stream, at }: TagContext): Statement {
  const template = stream.expression();
  endTag(stream);
  return { kind: "extends", template, at };
}

function parseBlock(context: TagContext): Statement {
  const { stream, at } = context;
  const name = stream.expect("name", "the name of the block").value;
  if (context.blockNames.has(name)) stream.fail(`The block "${name}" is already defined.`, at);
  context.blockNames.add(name);
  if (!stream.is("tagEnd")) {
    const value = stream.expression();
    endTag(stream);
    return { kind: "block", name, body: [stream.node({ kind: "output", value, at: value.at })], at };
  }
  const body = stream.macroNames.inside(() => bodyUntil(context, "endblock"));
  expectSameName(stream, name);
  endTag(stream);
  return { kind: "block", name, body, at };
}

/** An end tag may repeat the name; then it must be the right one. */
function expectSameName(stream: TokenStream, name: string): void {
  const token = stream.accept("name");
  if (token !== null && token.value !== name) {
    stream.fail(`Expected the end of "${name}" but found "${token.value}".`, token.at);
  }
}

function parseMacro(context: TagContext): Statement {
  const { stream, at } = context;
  const name = stream.expect("name", "the name of the macro").value;
  stream.expectOperator("(");
  const params: MacroParam[] = [];
  while (!stream.isOperator(")")) {
    if (params.length > 0) {
      stream.expectOperator(",");
      if (stream.isOperator(")")) break;
    }
    if (params.at(-1)?.rest === true) stream.fail('Nothing can follow the parameter with "...".', at);
    params.push(parseParam(stream));
  }
  stream.expectOperator(")");
  const names = new Set(params.map((param) => param.name));
  if (names.size !== params.length) stream.fail("Two parameters have the same name.", at);
  const body = stream.macroNames.inside(() => bodyUntil(context, "endmacro"));
  expectSameName(stream, name);
  endTag(stream);
  return { kind: "macro", name, params, body, at };
}

function parseParam(stream: TokenStream): MacroParam {
  const rest = stream.acceptOperator("...");
  const token = stream.expect("name", "the name of a parameter");
  checkAssignable(stream, token.value, token.at);
  if (token.value === "varargs") stream.fail('"varargs" holds the surplus arguments.', token.at);
  const hasFallback = !rest && stream.acceptOperator("=");
  return { name: token.value, fallback: hasFallback ? stream.expression() : null, rest, at: token.at };
}

function parseImport({ stream, at }: TagContext): Statement {
  const template = stream.expression();
  stream.expectWord("as");
  const alias = stream.expect("name", "a name for the imported macros").value;
  checkAssignable(stream, alias, at);
  endTag(stream);
  return { kind: "import", template, alias, at };
}

function parseFrom({ stream, at }: TagContext): Statement {
  const template = stream.expression();
  stream.expectWord("import");
  const names = parseNames(stream, "as");
  endTag(stream);
  for (const { alias } of names) stream.macroNames.add(alias);
  return { kind: "from", template, names, at };
}

function parseUse({ stream, at }: TagContext): Statement {
  const template = stream.expression();
  const names = stream.acceptWord("with") ? parseNames(stream, "as") : [];
  endTag(stream);
  return { kind: "use", template, names, at };
}

/** `a, b as c` */
function parseNames(stream: TokenStream, word: string): ImportedName[] {
  const names: ImportedName[] = [];
  do {
    const macro = stream.expect("name", "a name").value;
    const { at } = stream.current;
    const alias = stream.acceptWord(word) ? stream.expect("name", "a name").value : macro;
    checkAssignable(stream, alias, at);
    names.push({ macro, alias });
  } while (stream.acceptOperator(","));
  return names;
}

export const SNIPPET_TAGS: readonly (readonly [string, TagParser])[] = [
  ["include", parseInclude],
  ["embed", parseEmbed],
  ["extends", parseExtends],
  ["block", parseBlock],
  ["macro", parseMacro],
  ["import", parseImport],
  ["from", parseFrom],
  ["use", parseUse],
];
