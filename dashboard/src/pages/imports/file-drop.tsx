/** Takes a CSV file, dropped or chosen, and uploads it; what can be said before a byte is sent is said at once. */
import { Button, Loader, Stack, Text } from "@mantine/core";
import { IconFileUpload } from "@tabler/icons-react";
import { type DragEvent, useRef, useState } from "react";
import { ApiError } from "../../api/api-error.ts";
import { useChange } from "../../api/use-change.ts";
import { ErrorNotice } from "../../components/error-notice.tsx";
import type { ImportFile } from "./import-model.ts";
import styles from "./imports.module.css";

const MAX_BYTES = 32 * 1_048_576;

export interface FileDropProps {
  /** "" finds it out. */
  readonly delimiter: string;
  readonly isSmall?: boolean;
  onTaken(file: ImportFile): void;
}

export function FileDrop({ delimiter, isSmall = false, onTaken }: FileDropProps) {
  const [isOver, setIsOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const upload = useChange<File, ImportFile>({
    ask: (file) => ({
      path: "/imports",
      query: { delimiter },
      raw: { content: file, contentType: "text/csv" },
    }),
    touches: ["imports"],
    onDone: onTaken,
  });
  const [fault, setFault] = useState<unknown>(null);
  const take = (file: File | undefined): void => {
    if (file === undefined) return;
    const problem = problemOf(file);
    setFault(problem);
    upload.reset();
    if (problem === null) upload.mutate(file);
    if (input.current !== null) input.current.value = "";
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setIsOver(false);
    if (!upload.isPending) take(event.dataTransfer.files[0]);
  };
  const failed = fault ?? upload.error;
  return (
    <Stack gap="sm">
      {/* biome-ignore lint/a11y/noStaticElementInteractions: dropping is beside the button, which does the same */}
      <div
        className={styles.drop}
        data-over={isOver || undefined}
        data-small={isSmall || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setIsOver(true);
        }}
        onDragLeave={() => setIsOver(false)}
        onDrop={drop}
      >
        {upload.isPending ? (
          <Uploading file={upload.variables} />
        ) : (
          <Invitation isSmall={isSmall} choose={() => input.current?.click()} />
        )}
        <input
          ref={input}
          type="file"
          hidden
          aria-label="CSV file"
          accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values"
          onChange={({ currentTarget }) => take(currentTarget.files?.[0])}
        />
      </div>
      {failed !== null && <ErrorNotice title="The file was not taken" error={inWords(failed)} />}
    </Stack>
  );
}

function Invitation({ isSmall, choose }: { readonly isSmall: boolean; choose(): void }) {
  return (
    <>
      {!isSmall && <IconFileUpload size={30} stroke={1.4} aria-hidden className={styles.sign} />}
      <Text fw={550}>{isSmall ? "Drop the corrected file here" : "Drop a CSV file here"}</Text>
      <Button variant={isSmall ? "default" : "filled"} onClick={choose}>
        Choose a file
      </Button>
      {!isSmall && (
        <Text size="xs" c="dimmed">
          Up to 32 MB, with the names of the columns in its first line. Nothing is written before you have
          seen what it would do.
        </Text>
      )}
    </>
  );
}

function Uploading({ file }: { readonly file: File | undefined }) {
  return (
    <div role="status" className={styles.uploading}>
      <Loader size={18} />
      <Text size="sm">
        Reading {file?.name} ({sizeWords(file?.size ?? 0)})…
      </Text>
    </div>
  );
}

const sizeWords = (bytes: number): string =>
  bytes < 1_048_576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1_048_576).toFixed(1)} MB`;

function problemOf({ name, size }: File): Error | null {
  if (/\.(xlsx?|ods|numbers)$/i.test(name)) {
    return new Error("This is a workbook. Save it as CSV in your spreadsheet program and take that file.");
  }
  if (size > MAX_BYTES) {
    return new Error(
      `The file has ${sizeWords(size)}; at most 32 MB are taken at a time. Split it into several.`,
    );
  }
  return size === 0 ? new Error("The file is empty.") : null;
}

/** "File has no name for column 3." says it all; the path of the field does not help. */
function inWords(error: unknown): unknown {
  if (!(error instanceof ApiError) || error.errors.file === undefined) return error;
  const { status, code, requestId } = error;
  const words = error.errors.file.join(" ").replace(/^File /, "The file ");
  return new ApiError({ status, code, requestId, message: words });
}
