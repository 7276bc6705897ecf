/** The editor behind TwigEditor: CodeMirror 6 under the page's policy (its style tags carry the nonce). */
import { closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching } from "@codemirror/language";
import { type Diagnostic, setDiagnostics } from "@codemirror/lint";
import { Compartment, EditorState, type Text } from "@codemirror/state";
import { drawSelection, EditorView, keymap, placeholder } from "@codemirror/view";
import { useEffect, useImperativeHandle, useRef } from "react";
import { styleNonce } from "../nonce.ts";
import styles from "./twig-editor.module.css";
import type { TwigEditorProps, TwigMark } from "./twig-editor.tsx";
import { twigHighlighting, twigLanguage } from "./twig-language.ts";

const LOOK = EditorView.theme({
  "&": { fontSize: "0.8125rem" },
  "&.cm-focused": { outline: "none" },
  ".cm-content": {
    fontFamily: "var(--mantine-font-family-monospace)",
    padding: "8px 0",
    caretColor: "var(--ink)",
  },
  ".cm-line": { padding: "0 10px" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-placeholder": { color: "var(--mantine-color-placeholder)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": {
    background: "color-mix(in srgb, var(--accent) 24%, transparent) !important",
  },
  ".cm-tooltip": {
    border: "1px solid var(--line-strong)",
    borderRadius: "6px",
    background: "var(--surface-raised)",
    color: "var(--ink)",
    overflow: "hidden",
  },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": {
    background: "var(--accent)",
    color: "var(--mantine-color-body)",
  },
  ".cm-completionDetail": { color: "inherit", opacity: "0.75", fontStyle: "normal" },
});

type Props = TwigEditorProps & { readonly labelId: string };

export default function TwigEditing(props: Props) {
  const { value, completions, language = "text", marks, isReadOnly = false, ref } = props;
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const parts = useRef({ language: new Compartment(), writing: new Compartment() });
  const onChange = useRef(props.onChange);
  onChange.current = props.onChange;

  // biome-ignore lint/correctness/useExhaustiveDependencies: made once; the effects below follow what changes
  useEffect(() => {
    const made = new EditorView({
      parent: place.current as HTMLElement,
      state: EditorState.create({ doc: value, extensions: extensionsOf(props, parts.current, onChange) }),
    });
    view.current = made;
    return () => made.destroy();
  }, []);
  useEffect(() => {
    const effects = parts.current.language.reconfigure(twigLanguage(language, completions ?? []));
    view.current?.dispatch({ effects });
  }, [language, completions]);
  useEffect(() => {
    view.current?.dispatch({
      effects: parts.current.writing.reconfigure(EditorState.readOnly.of(isReadOnly)),
    });
  }, [isReadOnly]);
  useEffect(() => {
    const { current } = view;
    if (current === null || current.state.doc.toString() === value) return;
    current.dispatch({ changes: { from: 0, to: current.state.doc.length, insert: value } });
  }, [value]);
  useEffect(() => {
    const { current } = view;
    current?.dispatch(setDiagnostics(current.state, diagnosticsOf(current.state.doc, marks ?? [])));
  }, [marks]);
  useImperativeHandle(ref, () => ({
    insert(text) {
      const { current } = view;
      if (current === null) return;
      current.dispatch(current.state.replaceSelection(text), { scrollIntoView: true });
      current.focus();
    },
    focus: () => view.current?.focus(),
  }));
  return <div ref={place} className={styles.editor} data-fault={Boolean(props.error) || undefined} />;
}

function extensionsOf(
  { labelId, placeholder: hint = "", minHeight = 90, maxHeight = 560 }: Props,
  parts: { language: Compartment; writing: Compartment },
  onChange: { readonly current: (value: string) => void },
) {
  return [
    EditorView.cspNonce.of(styleNonce),
    history(),
    drawSelection(),
    bracketMatching(),
    closeBrackets(),
    EditorView.lineWrapping,
    // Tab leaves the field, as everywhere else: whoever works by keyboard must get out again.
    keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
    parts.language.of([]),
    parts.writing.of([]),
    twigHighlighting,
    LOOK,
    EditorView.theme({
      ".cm-scroller": { maxHeight: `${maxHeight}px`, overflow: "auto" },
      ".cm-content, .cm-gutter": { minHeight: `${minHeight}px` },
    }),
    EditorView.contentAttributes.of({ "aria-labelledby": labelId }),
    placeholder(hint),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) onChange.current(update.state.doc.toString());
    }),
  ];
}

function diagnosticsOf(doc: Text, marks: readonly TwigMark[]): Diagnostic[] {
  return marks.map(({ line, column, message, severity }) => {
    const at = doc.line(Math.max(1, Math.min(doc.lines, line)));
    const from = Math.min(at.to, at.from + Math.max(0, column - 1));
    const word = /^\w+/.exec(doc.sliceString(from, at.to))?.[0].length ?? 1;
    return { from, to: Math.min(at.to, from + word), message, severity };
  });
}
