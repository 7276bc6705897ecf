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

/** "Attributes.first_name must be text." -> "First name must be text." */
export function plain(text: string): string {
  if (CONSENT_MISSING.test(text)) return "Say whether this address may be used.";
  return text.replace(/^Attributes\.(\w+)/, (_whole, name: string) => {
    const words = name.replaceAll("_", " ");
    return words.slice(0, 1).toUpperCase() + words.slice(1);
  });
}

const CONSENT_MISSING = /^Attributes\.\w+_subscription must be given with/;
