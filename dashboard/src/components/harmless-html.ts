/**
 * A stranger's HTML, made so that its frame has nothing to refuse: what the sandbox and the policy would stop is taken
 * out before, so that a reader sees a calm grey box in place of a broken picture and the console stays silent. Not what
 * keeps us safe: that is the frame's sandbox and the page's policy, which hold whatever is overlooked here.
 */

export interface Harmless {
  readonly document: string;
  /** Pictures of other hosts, which are grey boxes here. */
  readonly pictures: number;
}

export interface Shown {
  /** As to a reader with a dark screen. */
  readonly isDark: boolean;
  /** The page's, without which its policy shows no styles. */
  readonly nonce: string;
}

const NOT_SHOWN =
  "script, link, base, meta[http-equiv], iframe, frame, object, embed, video, audio, source, image, use, feImage";
const GREY_BOX =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='120' height='68'%3E%3Crect width='100%25' height='100%25' fill='%23d9dde2'/%3E%3C/svg%3E";
/** What a document loads, or does by itself. Links stay: a sandboxed frame follows none. */
const LOADS: readonly string[] = ["srcset", "background", "poster", "ping", "autofocus"];

const ELSEWHERE = /^\s*(?:https?:)?\/\//i;
const INLINE = /^\s*data:/i;

export function harmless(html: string, shown: Shown): Harmless {
  const parsed = new DOMParser().parseFromString(beforeParsing(html, shown), "text/html");
  for (const element of parsed.querySelectorAll(NOT_SHOWN)) element.remove();
  let pictures = 0;
  for (const element of parsed.querySelectorAll("*")) {
    const source = element.getAttribute("src") ?? "";
    if (ELSEWHERE.test(source) && element.localName === "img") pictures += 1;
    makeSilent(element);
  }
  return { document: `<!doctype html>${parsed.documentElement.outerHTML}`, pictures };
}

// None of these reads a text twice, so that no length of a hostile one holds up the page.
const STYLE = /<style\b[^<>]*>/i;
const STYLE_END = /<\/style\s*>/i;
const BASE = /<base\b[^<>]*>/gi;
const TAG = /<[a-z](?:"[^"]*"|'[^']*'|[^<>"'])*>/gi;
const HANDLER = /(\s|\/|["'])on[a-z]+\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>"']+)/gi;
const AUTOFOCUS = /\sautofocus\b/gi;
const STYLE_ATTRIBUTE_URL = /url\(\s*['"]?\s*(?:https?:)?\/\/[^()]*\)/gi;

/** Even a document that is never shown is held to the policy, and says so in the console. */
function beforeParsing(html: string, { isDark, nonce }: Shown): string {
  const [first = "", ...rest] = html.split(STYLE);
  const parts = rest.map((part) => {
    const end = STYLE_END.exec(part);
    // A style without an end goes on to the end of the document.
    const css = harmlessCss(end === null ? part : part.slice(0, end.index), isDark);
    const after = end === null ? "" : part.slice(end.index + end[0].length);
    return `<style nonce="${nonce}">${css}</style>${withoutDoing(after)}`;
  });
  return [withoutDoing(first), ...parts].join("");
}

const withoutDoing = (html: string): string =>
  html
    .replace(BASE, "")
    .replace(TAG, (tag) =>
      tag.replace(HANDLER, "$1").replace(AUTOFOCUS, "").replace(STYLE_ATTRIBUTE_URL, "none"),
    );

const URL_IN_CSS = /url\(\s*(?!['"]?\s*(?:data:|#))(?:"[^"]*"|'[^']*'|[^)]*)\s*\)/gi;
const SCHEME = /\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)/gi;

/** As the browser reads it, so that no escape hides an address; imports fall away. */
function harmlessCss(css: string, isDark: boolean): string {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css.replace(/@import\b[^;]*;?/gi, ""));
  return (
    [...sheet.cssRules]
      .map(({ cssText }) => cssText.replace(URL_IN_CSS, "none"))
      .join("\n")
      // The frame's own scheme answers the document's questions, not that of whoever looks at it.
      .replace(SCHEME, (_query, asked: string) =>
        (asked.toLowerCase() === "dark") === isDark ? "(min-width: 0)" : "(max-width: 0)",
      )
      .replace(/<\/style/gi, "")
  );
}

function makeSilent(element: Element): void {
  for (const name of element.getAttributeNames()) {
    if (/^on/i.test(name) || LOADS.includes(name)) element.removeAttribute(name);
  }
  const source = element.getAttribute("src");
  if (source !== null && !INLINE.test(source)) {
    if (element.localName === "img") element.setAttribute("src", GREY_BOX);
    else element.removeAttribute("src");
  }
  const style = element.getAttribute("style");
  if (style !== null && /url|\\|image/i.test(style)) {
    const rule = harmlessCss(`x { ${style} }`, false);
    element.setAttribute("style", /^x \{([\s\S]*)\}$/.exec(rule)?.[1] ?? "");
  }
}
