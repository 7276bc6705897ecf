/**
 * Forms with the server's word on each field. `useForm` keeps the values and the errors by field; a refused field is
 * said under it and takes the focus, what belongs to no field of the form stands in a notice above the button.
 */
import { Button, Group } from "@mantine/core";
import { type FormEvent, type ReactNode, useCallback, useRef, useState } from "react";
import { ApiError, type FieldErrors } from "../api/api-error.ts";
import { ErrorNotice } from "./error-notice.tsx";

export interface Form<V extends object> {
  readonly values: V;
  set<K extends keyof V>(name: K, value: V[K]): void;
  /** Spread onto an input: value, onChange, error, name. */
  text(name: keyof V & string): {
    name: string;
    value: string;
    error: string | undefined;
    onChange(event: { currentTarget: { value: string } }): void;
  };
  /** The error of a field that `text` does not suit. */
  errorOf(name: string): string | undefined;
  readonly isChanged: boolean;
  /** Takes the server's refusal. */
  refuse(error: unknown): void;
  reset(values?: V): void;
  readonly fault: unknown;
  readonly names: ReadonlySet<string>;
}

export function useForm<V extends object>(initial: V): Form<V> {
  const start = useRef(initial);
  const [values, setValues] = useState(initial);
  const [errors, setErrors] = useState<FieldErrors>({});
  const [fault, setFault] = useState<unknown>(null);
  const set = useCallback(<K extends keyof V>(name: K, value: V[K]): void => {
    setValues((before) => ({ ...before, [name]: value }));
    setErrors((before) => ({ ...before, [name]: [] }));
  }, []);
  const errorOf = (name: string): string | undefined => errors[name]?.join(" ") || undefined;
  const refuse = useCallback((error: unknown): void => {
    const fields = error instanceof ApiError ? error.errors : {};
    setErrors(fields);
    setFault(error);
    requestAnimationFrame(() => focusFirst(Object.keys(fields)));
  }, []);
  const reset = useCallback((next?: V): void => {
    if (next !== undefined) start.current = next;
    setValues(start.current);
    setErrors({});
    setFault(null);
  }, []);
  return {
    values,
    set,
    errorOf,
    refuse,
    reset,
    fault,
    names: new Set(Object.keys(values)),
    isChanged: JSON.stringify(values) !== JSON.stringify(start.current),
    text: (name) => ({
      name,
      value: String(values[name] ?? ""),
      error: errorOf(name),
      onChange: ({ currentTarget: { value } }) => set(name, value as V[typeof name]),
    }),
  };
}

function focusFirst(names: readonly string[]): void {
  for (const name of names) {
    const field = document.querySelector<HTMLElement>(`form [name="${CSS.escape(name)}"]`);
    if (field === null) continue;
    field.focus();
    return;
  }
}

export interface FormFrameProps<V extends object> {
  readonly form: Form<V>;
  submit(): void;
  readonly isPending: boolean;
  /** The verb of the main button. */
  readonly action: string;
  /** What did not work, when it did not. */
  readonly failed: string;
  cancel?(): void;
  /** The button is as wide as the form. */
  readonly isWide?: boolean;
  readonly children: ReactNode;
}

/** The form element with its buttons and the notice of what no field explains. */
export function FormFrame<V extends object>(props: FormFrameProps<V>) {
  const { form, submit, isPending, action, failed, cancel, isWide = false, children } = props;
  const send = (event: FormEvent): void => {
    event.preventDefault();
    if (!isPending) submit();
  };
  return (
    <form onSubmit={send} noValidate>
      {children}
      {form.fault !== null && !isExplained(form.fault, form.names) && (
        <div style={{ marginBlockStart: 16 }}>
          <ErrorNotice title={failed} error={form.fault} />
        </div>
      )}
      <Group mt="lg" gap="xs" justify={cancel === undefined ? "flex-start" : "flex-end"}>
        {cancel !== undefined && (
          <Button variant="default" onClick={cancel}>
            Cancel
          </Button>
        )}
        <Button type="submit" loading={isPending} fullWidth={isWide}>
          {action}
        </Button>
      </Group>
    </form>
  );
}

/** Every error is said under a field of the form. */
function isExplained(fault: unknown, names: ReadonlySet<string>): boolean {
  const fields = fault instanceof ApiError ? Object.keys(fault.errors) : [];
  return fields.length > 0 && fields.every((field) => names.has(field));
}
