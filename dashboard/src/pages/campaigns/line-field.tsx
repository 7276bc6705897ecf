/** A template of one line: a sender, a subject, an address. */
import { TextInput } from "@mantine/core";
import { type ReactNode, useRef } from "react";
import { AttributePicker } from "./attribute-picker.tsx";
import { useEditorPage } from "./editor-context.ts";
import { useFaults } from "./field-faults.ts";

export interface LineFieldProps {
  readonly type: string;
  readonly name: string;
  readonly label: string;
  readonly description?: ReactNode;
  readonly placeholder?: string;
  /** What the browser can tell before the server does. */
  readonly faultOf?: (value: string) => string | undefined;
}

export function LineField({ type, name, label, description, placeholder, faultOf }: LineFieldProps) {
  const { editor } = useEditorPage();
  const { words } = useFaults(type, name);
  const input = useRef<HTMLInputElement>(null);
  const held = editor.values.messages[type]?.[name];
  const value = typeof held === "string" ? held : "";
  const insert = (text: string): void => {
    const at = input.current?.selectionStart ?? value.length;
    const end = input.current?.selectionEnd ?? at;
    editor.setField(type, name, value.slice(0, at) + text + value.slice(end));
    requestAnimationFrame(() => {
      input.current?.focus();
      input.current?.setSelectionRange(at + text.length, at + text.length);
    });
  };
  return (
    <TextInput
      ref={input}
      label={label}
      description={description}
      placeholder={placeholder}
      value={value}
      readOnly={!editor.mayEdit}
      error={words ?? faultOf?.(value)}
      autoComplete="off"
      spellCheck={false}
      rightSection={editor.mayEdit && <AttributePicker label={label} insert={insert} />}
      onChange={({ currentTarget }) => editor.setField(type, name, currentTarget.value)}
    />
  );
}
