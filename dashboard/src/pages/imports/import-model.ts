/** An import as /api/app gives it: the uploaded file, what a trial says of it, and the task that it becomes. */
import type { ImportView as ImportFile } from "../../../../server/src/actions/imports/view-import.ts";
import type { TaskView as Task } from "../../../../server/src/actions/tasks/view-task.ts";

export type { DryRun, RowError } from "../../../../server/src/actions/imports/plan-import.ts";
export type { ImportFile, Task };
export type FileColumn = ImportFile["columns"][number];

/** Header -> attribute; null leaves the column out. */
export type Mapping = Readonly<Record<string, string | null>>;

export interface Choices {
  readonly mapping: Mapping;
  /** Attribute -> the text that every row gets. */
  readonly constants: Readonly<Record<string, string>>;
}

export const isOver = ({ status }: Task): boolean => status !== "queued" && status !== "running";

const DELIMITERS: Readonly<Record<string, string>> = {
  ",": "comma",
  ";": "semicolon",
  "\t": "tab",
  "|": "bar",
};

export const delimiterWords = (delimiter: string): string => DELIMITERS[delimiter] ?? delimiter;

const whole = new Intl.NumberFormat("en-GB");
export const figure = (count: number): string => whole.format(count);

/** "1 row", "2,000 rows" */
export const rowsWords = (count: number): string => `${figure(count)} ${count === 1 ? "row" : "rows"}`;

/** Addresses that come with the word of their owner, and how that is asked. */
export const CONSENTS = [
  { address: "email", consent: "email_subscription", question: "May these people be emailed?" },
  { address: "mobile_number", consent: "sms_subscription", question: "May these people be texted?" },
] as const;

/** Consents that the mapped addresses need and no column gives. */
export function missingConsents({ mapping }: Choices): readonly (typeof CONSENTS)[number][] {
  const mapped = new Set(Object.values(mapping));
  return CONSENTS.filter(({ address, consent }) => mapped.has(address) && !mapped.has(consent));
}

/** What is sent: constants only for consents that no column gives. */
export function bodyOf(choices: Choices): Choices {
  const missing = missingConsents(choices).map(({ consent }) => consent as string);
  const constants = Object.fromEntries(
    Object.entries(choices.constants).filter(([name, value]) => missing.includes(name) && value !== ""),
  );
  return { mapping: choices.mapping, constants };
}
