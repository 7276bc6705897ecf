/**
 * Links of a rendered email that data has filled: what is no address to go to (`javascript:` and the like, however
 * spelt) becomes `#` (reliability 4.6, row 10).
 */
const LINKS = /(\s(?:href|src|action|formaction|background|poster)\s*=\s*)("[^"]*"|'[^']*'|[^\s"'>]+)/gi;
const UNSAFE = /^(?:javascript|vbscript|data|file|blob|filesystem):/;
const IMAGE = /^data:image\/(?:png|gif|jpe?g|webp);/;
/** What browsers pass over inside a scheme, and entities that could spell one. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: browsers skip exactly these
const SKIPPED = /[\u0000-\u0020\u007f-\u00a0\u200b-\u200f\ufeff]+/g;
const ENTITY = /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(colon|tab|newline));?/gi;
const NAMED: Readonly<Record<string, string>> = { colon: ":", tab: "", newline: "" };
/** Enough of a link to know its scheme, entities and blanks included. */
const MAX_LOOKED_AT = 400;

function decoded(text: string): string {
  return text.replace(ENTITY, (_all, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return NAMED[name.toLowerCase()] ?? "";
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : "";
  });
}

/** As browsers read it: `\` is `/` in an address. */
const HOST_LINK = /^[/\\]{2}/;

function isUnsafe(attribute: string, value: string, allowsHostLinks: boolean): boolean {
  const link = decoded(value.slice(0, MAX_LOOKED_AT)).replace(SKIPPED, "").toLowerCase();
  if (!allowsHostLinks && HOST_LINK.test(link)) return true;
  if (!UNSAFE.test(link)) return false;
  return !(/^\s*src/i.test(attribute) && IMAGE.test(link));
}

/**
 * The same HTML with unsafe links replaced.
 * @param allowsHostLinks links to another host without a scheme (`//host`) stay.
 */
export function withSafeLinks(html: string, { allowsHostLinks }: { allowsHostLinks: boolean }): string {
  return html.replace(LINKS, (all, attribute: string, value: string) => {
    const isQuoted = value.startsWith('"') || value.startsWith("'");
    const link = isQuoted ? value.slice(1, -1) : value;
    return isUnsafe(attribute, link, allowsHostLinks) ? `${attribute}"#"` : all;
  });
}
