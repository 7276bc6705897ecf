/** How many messages of each channel this worker has brought to each status, since it started. */
import type { Draft } from "./haul.ts";

export interface MessageCounters {
  count(messages: readonly { readonly draft: Draft; readonly status: number }[]): void;
  /** JSON: "type:status" -> number. */
  read(): string;
}

export function createMessageCounters(): MessageCounters {
  const counts = new Map<string, number>();
  return {
    count(messages) {
      for (const { draft, status } of messages) {
        const key = `${draft.type}:${status}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    },
    read: () => JSON.stringify(Object.fromEntries(counts)),
  };
}
