/** What a tag's parser gets and gives. */
import type { Statement } from "./ast.ts";
import type { TokenStream } from "./token-stream.ts";

export interface TagContext {
  readonly stream: TokenStream;
  /** Where the tag starts. */
  readonly at: number;
  /** Names of the blocks defined so far; a name may be used once. */
  readonly blockNames: Set<string>;
  /** Statements up to one of these tags, whose name is then the current token; the last one is the closing tag. */
  body(ends: readonly string[]): Statement[];
}

/** The stream stands behind the tag's name. Null: the tag leaves nothing in the tree. */
export type TagParser = (context: TagContext) => Statement | Statement[] | null;

/** Moves past the closing `%}`. */
export function endTag(stream: TokenStream): void {
  stream.expect("tagEnd", 'the end of the tag "%}"');
}

/** Body up to `{% end %}`, with both tag ends consumed. */
export function bodyUntil(context: TagContext, end: string): Statement[] {
  endTag(context.stream);
  const body = context.body([end]);
  context.stream.expectWord(end);
  return body;
}
