/** What a request to /api/app failed with: words for the reader, errors by field, and the id that leads to the log. */
export type FieldErrors = Readonly<Record<string, readonly string[]>>;

export interface ApiFault {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly errors?: FieldErrors;
  readonly requestId?: string | null;
}

export class ApiError extends Error {
  override readonly name = "ApiError";
  /** 0 when no answer came. */
  readonly status: number;
  readonly code: string;
  readonly errors: FieldErrors;
  readonly requestId: string | null;

  constructor(fault: ApiFault) {
    super(fault.message);
    this.status = fault.status;
    this.code = fault.code;
    this.errors = fault.errors ?? {};
    this.requestId = fault.requestId ?? null;
  }
}

/** What to tell a person about anything thrown. */
export const wordsOf = (error: unknown): string =>
  error instanceof Error && error.message !== "" ? error.message : "Something went wrong in the dashboard.";

export const isStatus = (error: unknown, ...statuses: readonly number[]): boolean =>
  error instanceof ApiError && statuses.includes(error.status);
