/** Makes outcomes whose `detail` is fit for storing: one line, no control characters, at most 500 characters. */
import type { SendOutcome } from "./gateway.ts";

const MAX_DETAIL = 500;

export function accepted(providerId?: string): SendOutcome {
  return providerId === undefined || providerId === ""
    ? { kind: "accepted" }
    : { kind: "accepted", providerId: asDetail(providerId) };
}

export const rejected = (detail: string): SendOutcome => ({ kind: "rejected", detail: asDetail(detail) });

export const unknown = (detail: string): SendOutcome => ({ kind: "unknown", detail: asDetail(detail) });

export function later(
  detail: string,
  more: { readonly brokenGateway: boolean; readonly afterSeconds?: number | undefined },
): SendOutcome {
  const { brokenGateway, afterSeconds } = more;
  const outcome = { kind: "later", detail: asDetail(detail), brokenGateway } as const;
  return afterSeconds === undefined ? outcome : { ...outcome, afterSeconds };
}

/**
 * A provider's words as one line. Control characters would break logs, and U+0000 and lone surrogates do not go
 * into a PostgreSQL text.
 */
export function asDetail(words: string): string {
  const head = words.slice(0, 4 * MAX_DETAIL).toWellFormed();
  const line = head.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
  return line.length <= MAX_DETAIL
    ? line
    : line
        .slice(0, MAX_DETAIL - 1)
        .toWellFormed()
        .concat("…");
}
