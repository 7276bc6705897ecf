/** A message that the sandbox kept. */
import type { SandboxView as SandboxMessage } from "../../../../server/src/actions/results/sandbox-view.ts";

export type { SandboxMessage };

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** The line that tells a message from the next one: an email's subject, a text's beginning. */
export function summaryOf({ content }: SandboxMessage): string {
  const text =
    textOf(content.subject) || textOf(content.title) || textOf(content.text) || textOf(content.url);
  return text === "" ? "(empty)" : text;
}

/** Every word of the query stands in the address or in the content. */
export function matchesSearch(message: SandboxMessage, query: string): boolean {
  if (query === "") return true;
  const all = `${message.address} ${message.id} ${Object.values(message.content).map(textOf).join(" ")}`;
  const text = all.toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
