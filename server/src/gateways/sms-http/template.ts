/**
 * The placeholders of a provider's request: {{to}}, {{from}}, {{text}} and {{key}}, each escaped for the place it
 * stands in. Not Twig: the operator writes this once, and nothing of a customer's is ever parsed as a template.
 */

export const PLACEHOLDERS = ["to", "from", "text", "key"] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];
export type PlaceholderValues = Readonly<Record<Placeholder, string>>;

/** Fills a template that was taken apart before. */
export type FillTemplate = (values: PlaceholderValues) => string;

export type Escape = (value: string) => string;

const PATTERN = /\{\{\s*([A-Za-z_]+)\s*\}\}/;

/** Takes a template apart once. An unknown placeholder stays as it is; `unknownPlaceholders` finds them. */
export function compileTemplate(template: string, escapeValue: Escape): FillTemplate {
  // split() with a group gives text and names in turn.
  const pieces = template.split(PATTERN).map((piece, index) => {
    if (index % 2 === 0) return { text: piece, name: null };
    return isPlaceholder(piece) ? { text: "", name: piece } : { text: `{{${piece}}}`, name: null };
  });
  return (values) => {
    let filled = "";
    for (const { text, name } of pieces) filled += name === null ? text : escapeValue(values[name]);
    return filled;
  };
}

const isPlaceholder = (name: string): name is Placeholder =>
  (PLACEHOLDERS as readonly string[]).includes(name);

/** Names between braces that mean nothing here, for the operator to see. */
export function unknownPlaceholders(template: string): string[] {
  return template.split(PATTERN).filter((piece, index) => index % 2 === 1 && !isPlaceholder(piece));
}

/** Whether the template has this placeholder. */
export function hasPlaceholder(template: string, name: Placeholder): boolean {
  return template.split(PATTERN).some((piece, index) => index % 2 === 1 && piece === name);
}

/** For a URL's path or query, and for a form. A lone surrogate would make encodeURIComponent throw. */
export const escapeUrl: Escape = (value) => encodeURIComponent(value.toWellFormed());

/** For the inside of a JSON string. */
export const escapeJson: Escape = (value) => JSON.stringify(value.toWellFormed()).slice(1, -1);

const XML_ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** For the text or an attribute of XML. */
const escapeXml: Escape = (value) => value.replaceAll(/[&<>"']/g, (sign) => XML_ENTITIES[sign] ?? sign);

export const escapeNothing: Escape = (value) => value;

/** The escaping that a body of this content type needs. */
export function escapeFor(contentType: string): Escape {
  const type = contentType.toLowerCase();
  if (type.includes("json")) return escapeJson;
  if (type.includes("x-www-form-urlencoded")) return escapeUrl;
  return type.includes("xml") ? escapeXml : escapeNothing;
}
