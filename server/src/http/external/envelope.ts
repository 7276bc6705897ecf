/** The answer envelope of the External API (seed: overview): `code` repeats the HTTP status. */
import type { AppError } from "../../base/errors.ts";
import type { FieldErrors } from "../../base/result.ts";

export interface Answer {
  /** 200 when not given; 202 for a task that was queued. */
  readonly code?: number;
  readonly message?: string;
  readonly model?: unknown;
  readonly data?: readonly unknown[];
  readonly total?: number;
  /** Further response headers. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Envelope {
  readonly code: number;
  readonly success: boolean;
  readonly message?: string;
  readonly errors?: FieldErrors;
  readonly data?: readonly unknown[];
  readonly model?: unknown;
  readonly total?: number;
}

export function successEnvelope(answer: Answer): Envelope {
  const { code = 200, message, model, data, total } = answer;
  return {
    code,
    success: true,
    ...(message === undefined ? {} : { message }),
    ...(model === undefined ? {} : { model }),
    ...(data === undefined ? {} : { data }),
    ...(total === undefined ? {} : { total }),
  };
}

export function errorEnvelope(error: AppError): Envelope {
  return {
    code: error.status,
    success: false,
    message: error.message,
    ...(error.errors === undefined ? {} : { errors: error.errors }),
  };
}
