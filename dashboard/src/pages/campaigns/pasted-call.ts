/**
 * Reads a call of execute/campaign from what somebody pasted: its JSON, or a curl with the JSON in its data. The first
 * target counts, with its own params over those of all.
 */
export interface PastedCall {
  /** null where the call names nobody by user ID. */
  readonly userId: string | null;
  readonly params: Readonly<Record<string, unknown>>;
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** @returns a sentence for the person where it cannot be read. */
export function readCall(text: string): PastedCall | string {
  const json = /^\s*(?:\$\s*)?curl\b/.test(text) ? dataOf(text) : text;
  if (json === null) return "This curl has no --data in quotes.";
  const body = parse(json);
  if (!isFields(body)) return "This is neither a JSON object nor a curl with one in its data.";
  const own = isFields(body.target_with_params) ? Object.entries(body.target_with_params)[0] : undefined;
  const first = own?.[0] ?? (Array.isArray(body.target) ? body.target[0] : body.target);
  const isByUserId = body.target_by === "user_id" || body.target_by === "external_id";
  const isNamed = typeof first === "string" || typeof first === "number";
  return {
    userId: isByUserId && isNamed ? String(first) : null,
    params: { ...fieldsOf(body.params), ...fieldsOf(own?.[1]) },
  };
}

const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});

const DATA = /(?:^|\s)(?:--data(?:-raw|-binary|-ascii)?|--json|-d)(?:\s+|=)?/;

/** The word after the flag, without the shell's quotes: pieces stand side by side, as in 'it'\''s'. */
function dataOf(curl: string): string | null {
  const flag = DATA.exec(curl);
  if (flag === null) return null;
  const rest = curl.slice(flag.index + flag[0].length).replace(/^\$'/, "'");
  let word = "";
  for (let at = 0; at < rest.length; ) {
    const piece = PIECE.exec(rest.slice(at));
    if (piece === null) break;
    word += pieceText(piece);
    at += piece[0].length;
  }
  return word === "" ? null : word;
}

/** Single quotes, double quotes, an escaped character, or plain text up to a space. */
const PIECE = /^(?:'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])|([^\s'"\\]+))/;

function pieceText([, single, double, escaped, plain]: RegExpExecArray): string {
  if (double !== undefined) return double.replaceAll(/\\(["\\$`])/g, "$1");
  return single ?? escaped ?? plain ?? "";
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
