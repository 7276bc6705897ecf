/** What a full project is made with: a stack, words, and calls of it that must succeed. */
import { askApp } from "../dashboard.ts";
import type { Sink } from "../sinks/sink.ts";
import type { Stack } from "../stack.ts";

export interface Words {
  /** One line of text that says where it stands. */
  line(where: string): string;
  /** As `line`, without white space: for addresses of pictures and the like. */
  link(where: string): string;
  /** What stands after the host of an address. */
  path(where: string): string;
  /** Of an email; may use the param `note`. */
  readonly html: string;
  readonly mjml: string;
  /** 3 to 11 characters. */
  readonly sender: string;
  /** What stands before the @ of an email address. */
  readonly mailbox: string;
  readonly headerName: string;
}

export interface Making {
  readonly stack: Stack;
  readonly words: Words;
  readonly sink: Sink;
}

// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the answer holds
export async function ask(stack: Stack, line: string, body?: unknown): Promise<any> {
  const answer = await askApp(stack, stack, line, body);
  if (answer.status >= 300) throw new Error(`${line}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body.data;
}

export type Body = Readonly<Record<string, unknown>>;

// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the answer holds
export async function call(stack: Stack, path: string, body: Body): Promise<any> {
  const answer = await stack.call(path, body);
  if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body.model;
}
