/** A template of the campaign in its editor, with the attribute picker and what the server says of it, under its line. */
import { type ReactNode, useMemo, useRef } from "react";
import { TwigEditor, type TwigEditorHandle, type TwigMark } from "../../components/twig-editor.tsx";
import { AttributePicker } from "./attribute-picker.tsx";
import styles from "./campaigns.module.css";
import { useEditorPage } from "./editor-context.ts";
import { useFaults } from "./field-faults.ts";

export interface TwigFieldProps {
  /** The message type. */
  readonly type: string;
  readonly name: string;
  readonly label: string;
  readonly language?: "text" | "html";
  readonly description?: ReactNode;
  readonly placeholder?: string;
  readonly minHeight?: number;
}

export function TwigField({ type, name, label, minHeight = 120, ...rest }: TwigFieldProps) {
  const { editor, completions, check } = useEditorPage();
  const { faults, words } = useFaults(type, name);
  const handle = useRef<TwigEditorHandle>(null);
  const value = editor.values.messages[type]?.[name];
  const marks = useMemo<TwigMark[]>(() => {
    const warned = new Map(check?.params_contract.warnings.map((one) => [one.name, one.message]));
    const warnings = (check?.params_contract.names ?? []).flatMap(({ name: param, at }) =>
      warned.has(param)
        ? at
            .filter(({ field }) => field === name)
            .map(({ line, column }) => ({
              line,
              column,
              message: warned.get(param) ?? "",
              severity: "warning" as const,
            }))
        : [],
    );
    return [...faults.map((fault) => ({ ...fault, severity: "error" as const })), ...warnings];
  }, [faults, check, name]);
  return (
    <div className={styles.field}>
      <TwigEditor
        {...rest}
        ref={handle}
        label={label}
        value={typeof value === "string" ? value : ""}
        onChange={(text) => editor.setField(type, name, text)}
        completions={completions}
        marks={marks}
        error={words}
        minHeight={minHeight}
        isReadOnly={!editor.mayEdit}
      />
      {editor.mayEdit && (
        <div className={styles.fieldTools}>
          <AttributePicker label={label} insert={(text) => handle.current?.insert(text)} />
        </div>
      )}
    </div>
  );
}
