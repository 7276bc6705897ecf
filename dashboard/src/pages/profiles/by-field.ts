/** The server names attributes by their path, `attributes.email`; forms name their fields by the last part. */
import { ApiError } from "../../api/api-error.ts";

/** @param name with `field`: errors of this attribute belong under that field of the form. */
export function byField(error: unknown, name?: string, field?: string): unknown {
  if (!(error instanceof ApiError)) return error;
  const errors = Object.fromEntries(
    Object.entries(error.errors).map(([path, texts]) => {
      const last = path.replace(/^attributes\./, "");
      return [last === name && field !== undefined ? field : last, texts.map(plain)];
    }),
  );
  const { status, code, message, requestId } = error;
  return new ApiError({ status, code, message, requestId, errors });
}

/** "Attributes.email must be ..." -> "email must be ..." with a capital */
export const plain = (text: string): string =>
  text.replace(/^Attributes\./, "").replace(/^[a-z]/, (letter) => letter.toUpperCase());
