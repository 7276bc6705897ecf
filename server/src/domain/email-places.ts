/**
 * Where an email's template prints values: inside `<style>` or `<script>` nothing of a person's data may stand,
 * whatever it is escaped for (reliability 4.6, row 12), and a link that data fills is looked at once more when it is
 * rendered (row 10). The template is read in the order of its source, as if every branch ran.
 */
import type { Statement, TemplateAst } from "../../../twig/src/index.ts";

export interface DataInCode {
  readonly tag: string;
  /** Offset into the source with line ends as \n. */
  readonly at: number;
}

export interface EmailPlaces {
  readonly dataInCode: readonly DataInCode[];
  /** A value is printed inside an attribute that browsers follow. */
  readonly printsInLink: boolean;
  /** The author writes links without a scheme (`//host`); else one that turns up comes from the data. */
  readonly hasOwnHostLinks: boolean;
}

const CODE_TAG = /<(\/?)(style|script)\b/gi;
const LINK_OPEN = /\b(?:href|src|action|formaction|background|poster)\s*=\s*(?:"[^"]*|'[^']*|[^\s"'>]*)$/i;
const HOST_LINK = /\b(?:href|src|action|formaction|background|poster)\s*=\s*["']?\s*\/\//i;
/** The longest link that is remembered back to the beginning of its attribute. */
const MAX_TAIL = 2_048;

export function readPlaces({ body }: TemplateAst): EmailPlaces {
  const reader = new PlaceReader();
  reader.body(body);
  return reader;
}

class PlaceReader implements EmailPlaces {
  readonly dataInCode: DataInCode[] = [];
  printsInLink = false;
  hasOwnHostLinks = false;
  /** The element whose raw text the reader is in. */
  #code: string | null = null;
  #tail = "";

  body(statements: readonly Statement[]): void {
    for (const statement of statements) this.#statement(statement);
  }

  #statement(node: Statement): void {
    if (node.kind === "text") this.#text(node.text);
    else if (node.kind === "output") this.#output(node.at);
    else if (node.kind === "if") for (const branch of node.branches) this.body(branch.body);
    else if ("body" in node) this.body(node.body);
    if ("otherwise" in node) this.body(node.otherwise ?? []);
  }

  #text(text: string): void {
    this.#tail = (this.#tail + text).slice(-MAX_TAIL);
    this.hasOwnHostLinks ||= HOST_LINK.test(text);
    for (const [, slash, name = ""] of text.matchAll(CODE_TAG)) {
      const tag = name.toLowerCase();
      if (slash === "") this.#code ??= tag;
      else if (this.#code === tag) this.#code = null;
    }
  }

  #output(at: number): void {
    if (this.#code !== null) this.dataInCode.push({ tag: this.#code, at });
    if (!this.printsInLink && LINK_OPEN.test(this.#tail)) this.printsInLink = true;
    this.#tail = `${this.#tail}_`.slice(-MAX_TAIL);
  }
}
