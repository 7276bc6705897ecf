/** What the lexer hands to the parser. */

export type TokenKind =
  | "text"
  | "varStart"
  | "varEnd"
  | "tagStart"
  | "tagEnd"
  | "name"
  | "number"
  | "string"
  | "interpolationStart"
  | "interpolationEnd"
  | "operator"
  | "eof";

export interface Token {
  readonly kind: TokenKind;
  /** The text; of a string its value after escapes. */
  readonly value: string;
  readonly at: number;
}

/** Words for error messages. */
export function describeToken(token: Token): string {
  switch (token.kind) {
    case "eof":
      return "the end of the template";
    case "text":
      return "text";
    case "varStart":
      return '"{{"';
    case "varEnd":
      return 'the end of the output "}}"';
    case "tagStart":
      return '"{%"';
    case "tagEnd":
      return 'the end of the tag "%}"';
    case "string":
      return "a string";
    default:
      return `"${token.value}"`;
  }
}
