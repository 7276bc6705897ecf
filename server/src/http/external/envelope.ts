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
  /** What was left out of a call that was taken in part. */
  readonly errors?: FieldErrors;
  /** Of hit/event, whose answer carries it whatever was asked (evidence: data API, 1.1). */
  readonly async?: true;
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
  readonly async?: true;
}

export function successEnvelope(answer: Answer): Envelope {
  const { code = 200, message, model, data, total, errors, async } = answer;
  return {
    code,
    success: true,
    ...(async === undefined ? {} : { async }),
    ...(message === undefined ? {} : { message }),
    ...(errors === undefined ? {} : { errors }),
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
