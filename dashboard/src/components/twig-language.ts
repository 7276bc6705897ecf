/** Twig for the editor: its tags in text or in HTML, colours from the theme, and completion from what the caller knows. */
import { autocompletion, type Completion } from "@codemirror/autocomplete";
import { html } from "@codemirror/lang-html";
import { jinja } from "@codemirror/lang-jinja";
import { HighlightStyle, LanguageSupport, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { tags } from "@lezer/highlight";
import type { TwigCompletion } from "./twig-editor.tsx";

/** Nothing is highlighted around the tags of an SMS. */
const plain = new LanguageSupport(
  StreamLanguage.define({
    token(stream) {
      stream.skipToEnd();
      return null;
    },
  }),
);

export const twigLanguage = (around: "text" | "html", completions: readonly TwigCompletion[]): Extension => [
  jinja({ base: around === "html" ? html({ matchClosingTags: true, autoCloseTags: true }) : plain }),
  autocompletion({ override: [sourceOf(completions)], icons: false }),
];

export const twigHighlighting: Extension = syntaxHighlighting(
  HighlightStyle.define([
    {
      tag: [tags.brace, tags.processingInstruction, tags.squareBracket],
      color: "var(--accent)",
      fontWeight: "600",
    },
    {
      tag: [tags.keyword, tags.controlKeyword, tags.operatorKeyword],
      color: "var(--info)",
      fontWeight: "600",
    },
    { tag: [tags.variableName, tags.propertyName], color: "var(--accent)" },
    { tag: [tags.string, tags.number, tags.bool, tags.attributeValue], color: "var(--warn)" },
    { tag: [tags.tagName, tags.angleBracket], color: "var(--info)" },
    { tag: tags.attributeName, color: "var(--ink-soft)" },
    { tag: tags.comment, color: "var(--ink-faint)", fontStyle: "italic" },
    { tag: tags.invalid, color: "var(--bad)" },
  ]),
);

type Kind = TwigCompletion["kind"];

/** What may stand at the end of this unfinished tag. */
function kindsAt(tag: string): readonly Kind[] {
  if (/^\{%-?\s*\w*$/.test(tag)) return ["tag"];
  if (/\|\s*\w*$/.test(tag)) return ["filter"];
  if (/\bis\s+(not\s+)?\w*$/.test(tag)) return ["test"];
  return /\.\w*$/.test(tag) ? [] : ["attribute", "param", "function"];
}

/** Longer than any tag that people write; looking further back costs time at each key. */
const LOOK_BACK = 1_000;

function sourceOf(completions: readonly TwigCompletion[]) {
  const options: readonly (Completion & { readonly kind: Kind })[] = completions.map(
    ({ label, kind, detail, info }) => ({
      label,
      kind,
      ...(detail === undefined ? {} : { detail }),
      ...(info === undefined ? {} : { info }),
      ...(kind === "function" ? { apply: `${label}()` } : {}),
    }),
  );
  return (context: {
    state: { sliceDoc(from: number, to: number): string };
    pos: number;
    explicit: boolean;
  }) => {
    const before = context.state.sliceDoc(Math.max(0, context.pos - LOOK_BACK), context.pos);
    const tag = /\{[{%](?:(?!\}\}|%\}).)*$/s.exec(before)?.[0];
    if (tag === undefined) return null;
    const kinds = kindsAt(tag);
    const typed = /\w*$/.exec(tag)?.[0] ?? "";
    const found = options.filter(({ kind }) => kinds.includes(kind));
    if (found.length === 0 || (typed === "" && !context.explicit && kinds[0] === "attribute")) return null;
    return { from: context.pos - typed.length, options: found, validFor: /^\w*$/ };
  };
}
