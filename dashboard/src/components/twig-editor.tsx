/**
 * A field for Twig: highlighting, completion, marks at the faults, and a way to put text in at the cursor. The editor
 * itself is fetched when it is first needed.
 */
import { Input, Skeleton } from "@mantine/core";
import { lazy, type ReactNode, type Ref, Suspense, useId } from "react";

export interface TwigCompletion {
  readonly label: string;
  readonly kind: "attribute" | "param" | "filter" | "function" | "test" | "tag";
  /** Shown beside the label: the type, or where the value comes from. */
  readonly detail?: string;
  readonly info?: string;
}

export interface TwigMark {
  /** From 1, as the API counts. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly severity: "error" | "warning";
}

export interface TwigEditorHandle {
  /** In place of the selection, or at the cursor; the focus comes along. */
  insert(text: string): void;
  focus(): void;
}

export interface TwigEditorProps {
  readonly label: string;
  readonly value: string;
  onChange(value: string): void;
  /** What stands around the Twig. */
  readonly language?: "text" | "html";
  readonly completions?: readonly TwigCompletion[];
  readonly marks?: readonly TwigMark[];
  readonly description?: ReactNode;
  readonly error?: ReactNode;
  readonly placeholder?: string;
  /** Pixels; grows with the text up to `maxHeight`. */
  readonly minHeight?: number;
  readonly maxHeight?: number;
  readonly isReadOnly?: boolean;
  readonly ref?: Ref<TwigEditorHandle>;
}

const Editing = lazy(() => import("./twig-editing.tsx"));

export function TwigEditor(props: TwigEditorProps) {
  const { label, description, error, minHeight = 90 } = props;
  const id = useId();
  return (
    <Input.Wrapper
      label={label}
      description={description}
      error={error}
      labelProps={{ id, component: "div" }}
      inputWrapperOrder={["label", "description", "input", "error"]}
    >
      <Suspense fallback={<Skeleton height={minHeight} mt={4} />}>
        <Editing {...props} labelId={id} />
      </Suspense>
    </Input.Wrapper>
  );
}
