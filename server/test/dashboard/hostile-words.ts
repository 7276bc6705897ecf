/**
 * The words of an attacker: what a page must show as text wherever it stands. Each says where it was written, so that
 * a test knows which of them it sees.
 */
import type { Words } from "./making.ts";

const SCRIPT = "window.top.__xss=1;window.__xss=1";

/** Any element of this name on a page is one that a text has made. */
export const MARK = "xss-x";

/** An address of script, tags in an attribute's and in a text's place, a script, and text from right to left. */
const evil = (where: string): string =>
  `javascript:${where}"><${MARK}><img src=x onerror=__xss=1><script>__xss=1</script>\u202E'`;

/** Templates themselves, where braces would be Twig and no text. */
const TWIG =
  /^(push-(title|page|payload)|inbox-|subject|from|reply|preheader|plain-text|webhook-|sms-text|gateway-body)/;

/** @param away where all that it loads and sends would go. */
const htmlTo = (away: string): string =>
  `<p>Hello {{ note }} {{ note|raw }}</p><script>${SCRIPT}</script><script src="${away}/x.js"></script>
<img src="${away}/a.png" onerror="${SCRIPT}" srcset="${away}/b.png 2x"><img src=x onerror="${SCRIPT}">
<picture><source srcset="${away}/c.png"><img src="${away}/d.png"></picture>
<svg onload="${SCRIPT}"><script>${SCRIPT}</script><image href="${away}/e.svg"></image><use href="${away}/f.svg#a"></use></svg>
<iframe src="javascript:${SCRIPT}"></iframe><iframe srcdoc="<script>${SCRIPT}</script>"></iframe><object data="${away}/g"></object>
<meta http-equiv="refresh" content="0;url=${away}/h"><base href="${away}/"><link rel="stylesheet" href="${away}/i.css">
<style>@import url(${away}/j.css); @import "${away}/k.css"; body { background: url(${away}/l.png) }
@font-face { font-family: evil; src: url(${away}/m.woff2) } p { font-family: evil; background: u\\72l(${away}/n.png) }</style>
<form action="${away}/o"><input type="image" src="${away}/p.png"><input name=a onfocus="${SCRIPT}" autofocus><button>Go</button></form>
<a href="javascript:${SCRIPT}" target="_top" onclick="${SCRIPT}">Click</a><a href="${away}/v" ping="${away}/w" target="_blank">Away</a>
<table background="${away}/q.png"><tr><td onclick="${SCRIPT}" style="background:url(${away}/r.png)">x</td></tr></table>
<video src="${away}/s.mp4" poster="${away}/t.png" autoplay></video><audio src="${away}/u.mp3"></audio><details open ontoggle="${SCRIPT}">x</details>
<math><mtext><table><mglyph><style><!--</style><img src=x onerror="${SCRIPT}">--></mglyph></table></mtext></math>`;

export interface HostileWords extends Words {
  /** Every text that was asked for, by where it was put. */
  readonly planted: ReadonlyMap<string, string>;
}

export function hostileWords(away: string): HostileWords {
  const planted = new Map<string, string>();
  const plant = (where: string, text: string): string => {
    planted.set(where, text);
    return text;
  };
  const bare = (where: string): string => `${where}"><${MARK}><img/src=x/onerror=__xss=1>'`;
  const html = htmlTo(away);
  return {
    planted,
    line: (where) => plant(where, TWIG.test(where) ? evil(where) : `${evil(where)}{{7*7}}`),
    link: (where) => plant(where, `javascript:${bare(where)}`),
    path: (where) => plant(where, `/${bare(where)}`),
    html,
    mjml: `<mjml><mj-body><mj-section><mj-column><mj-text>Hello</mj-text><mj-raw>${html}</mj-raw></mj-column></mj-section></mj-body></mjml>`,
    sender: "<b>x</b>",
    mailbox: "x'onerror=__xss=1{{7*7}}'",
    headerName: "x-'source",
  };
}
