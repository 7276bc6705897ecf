/** A moment in the project's time zone. Only a whole time counts: while it is typed there is none. */
import { TextInput } from "@mantine/core";
import { type ReactNode, useEffect, useState } from "react";
import { useProject } from "../router/project-context.ts";
import { secondsOf, wallOf } from "./zoned-time.ts";

interface MomentFieldProps {
  readonly label: string;
  /** Unix seconds; null for none. */
  readonly value: number | null;
  change(seconds: number | null): void;
  readonly description?: ReactNode;
  readonly error?: ReactNode;
  readonly readOnly?: boolean;
}

export function MomentField({ label, value, change, description, error, readOnly }: MomentFieldProps) {
  const { timeZone } = useProject();
  const shown = value === null ? "" : wallOf(value, timeZone);
  const [text, setText] = useState(shown);
  useEffect(() => setText(shown), [shown]);
  const commit = (): void => {
    if (text !== shown) change(secondsOf(text, timeZone));
  };
  return (
    <TextInput
      label={label}
      description={description}
      error={error}
      readOnly={readOnly ?? false}
      type="datetime-local"
      title={`In ${timeZone}`}
      w={215}
      value={text}
      onChange={({ currentTarget }) => setText(currentTarget.value)}
      onBlur={commit}
      onKeyDown={({ key }) => {
        if (key === "Enter") commit();
      }}
    />
  );
}
