/**
 * A whole template: text, outputs and tags. Tags are looked up in a fixed Map; each tag's parser gets the
 * stream behind its name and reads through its own end tag.
 */
import { type Source, TwigSyntaxError } from "../errors.ts";
import { suggest } from "../suggest.ts";
import { freezeTree, type Statement, type TemplateAst } from "./ast.ts";
import { CONTROL_TAGS } from "./control-tags.ts";
import { parseExpression } from "./expression-parser.ts";
import { lex } from "./lexer.ts";
import { SMALL_TAGS } from "./small-tags.ts";
import { SNIPPET_TAGS } from "./snippet-tags.ts";
import type { TagContext, TagParser } from "./tag-parser.ts";
import { type CompileLimits, TokenStream } from "./token-stream.ts";

const TAGS: ReadonlyMap<string, TagParser> = new Map([...CONTROL_TAGS, ...SMALL_TAGS, ...SNIPPET_TAGS]);

/** Tags that Twig has and this engine refuses, with the reason a person reads. */
const LEFT_OUT: ReadonlyMap<string, string> = new Map([
  ["sandbox", "every template is already contained"],
  ["cache", "rendering keeps no state"],
  ["form_theme", "it belongs to a web framework"],
  ["trans", "translations are not part of templates"],
  ["stopwatch", "it belongs to a web framework"],
]);

/** Words that only continue or end another tag; they must not be suggested as tags of their own. */
const CONTINUATIONS = /^(?:end[a-z]+|else|elseif)$/;

class TemplateParser {
  readonly stream: TokenStream;
  readonly blockNames = new Set<string>();
  readonly openTags: { name: string; at: number }[] = [];

  constructor(source: Source, limits: CompileLimits) {
    this.stream = new TokenStream({ source, tokens: lex(source), limits, expressionRule: parseExpression });
  }

  run(): TemplateAst {
    const body = this.parseUntil([]);
    return freezeTree({ kind: "template", at: 0, body });
  }

  /** Statements up to a tag named in `ends` (its name is left as the current token) or to the end of the source. */
  parseUntil(ends: readonly string[]): Statement[] {
    const { stream } = this;
    const body: Statement[] = [];
    for (;;) {
      const token = stream.next();
      if (token.kind === "eof") {
        this.checkClosed(ends);
        return body;
      }
      if (token.kind === "text") {
        body.push(stream.node({ kind: "text", text: token.value, at: token.at }));
      } else if (token.kind === "varStart") {
        const value = stream.expression();
        stream.expect("varEnd", 'the end of the output "}}"');
        body.push(stream.node({ kind: "output", value, at: token.at }));
      } else {
        if (stream.is("name") && ends.includes(stream.current.value)) return body;
        body.push(...this.parseTag(token.at));
      }
    }
  }

  checkClosed(ends: readonly string[]): void {
    const open = this.openTags.at(-1);
    if (ends.length === 0 || open === undefined) return;
    this.stream.fail(`The tag "${open.name}" is never closed: expected {% ${ends.at(-1)} %}.`, open.at);
  }

  parseTag(at: number): Statement[] {
    const { stream } = this;
    const nameToken = stream.expect("name", "the name of a tag");
    const name = nameToken.value;
    const parser = TAGS.get(name);
    if (parser === undefined) return this.failUnknownTag(name, nameToken.at);
    this.checkPlace(name, at);
    this.openTags.push({ name, at });
    const context: TagContext = {
      stream,
      at,
      blockNames: this.blockNames,
      body: (ends) => this.parseUntil(ends),
    };
    const parsed = stream.nested(() => parser(context));
    this.openTags.pop();
    if (parsed === null) return [];
    return Array.isArray(parsed) ? parsed.map((one) => stream.node(one)) : [stream.node(parsed)];
  }

  /** `extends` and `use` speak of the whole template (`use` of the body of an embed, too). */
  checkPlace(name: string, at: number): void {
    const open = this.openTags.at(-1)?.name;
    if (open === undefined || (name !== "extends" && name !== "use")) return;
    if (name === "use" && open === "embed") return;
    this.stream.fail(`"${name}" cannot stand inside "${open}".`, at);
  }

  failUnknownTag(name: string, at: number): never {
    const { stream } = this;
    const reason = LEFT_OUT.get(name);
    if (reason !== undefined) stream.fail(`The tag "${name}" is not supported: ${reason}.`, at);
    const open = this.openTags.at(-1);
    if (CONTINUATIONS.test(name)) {
      const hint = open === undefined ? "no tag is open here" : `the open tag is "${open.name}"`;
      stream.fail(`Unexpected tag "${name}": ${hint}.`, at);
    }
    return stream.fail(`There is no tag "${name}".`, at, suggest(name, TAGS.keys()));
  }
}

/** Source to a frozen tree. Line ends must already be \n. Throws TwigSyntaxError. */
export function parseTemplate(source: Source, limits: CompileLimits): TemplateAst {
  if (source.text.length > limits.sourceLength) {
    const reason = `The template is longer than ${limits.sourceLength} characters.`;
    throw new TwigSyntaxError(reason, { source, at: 0 });
  }
  return new TemplateParser(source, limits).run();
}
