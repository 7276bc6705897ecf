/** What the server says of one field: faults of its template with their places, or why its value is not taken. */
import { useMemo } from "react";
import { ApiError } from "../../api/api-error.ts";
import type { TemplateFault } from "./campaign.ts";
import { useEditorPage } from "./editor-context.ts";

export interface FieldFaults {
  readonly faults: readonly TemplateFault[];
  /** For under the field; undefined where nothing is wrong. */
  readonly words: string | undefined;
}

export function useFaults(type: string, name: string): FieldFaults {
  const { check, editor } = useEditorPage();
  return useMemo(() => {
    const faults = (check?.templates ?? []).filter(
      (fault) => fault.field === name && String(fault.message_type) === type && fault.language === null,
    );
    if (faults.length > 0) return { faults, words: faults.map(wordsOf).join(" ") };
    const refused = editor.fault instanceof ApiError ? editor.fault.errors : {};
    const texts = check === null ? refused : check.errors;
    const found = texts[`messages.${type}.${name}`] ?? texts[`messages[${type}][${name}]`] ?? texts[name];
    return { faults, words: found?.join(" ") };
  }, [check, editor.fault, type, name]);
}

const wordsOf = ({ line, column, message }: TemplateFault): string =>
  `Line ${line}, column ${column}: ${message}`;
