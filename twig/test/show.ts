/** Renders one source for a test. */
import { type CompileOptions, compile, type RenderOptions } from "../src/index.ts";

export interface Scene extends CompileOptions, Pick<RenderOptions, "now" | "timezone" | "random"> {
  readonly data?: Record<string, unknown>;
  readonly snippets?: Readonly<Record<string, string>>;
}

/** Plain text (nothing escaped) unless the scene says otherwise. */
export function show(source: string, scene: Scene = {}): string {
  const { data = {}, snippets = {}, now, timezone, random, ...options } = scene;
  const loader = (name: string) => (Object.hasOwn(snippets, name) ? snippets[name] : undefined);
  const template = compile(source, { autoescape: false, loader, ...options });
  return template.render(data, {
    ...(now === undefined ? {} : { now }),
    ...(timezone === undefined ? {} : { timezone }),
    ...(random === undefined ? {} : { random }),
  });
}

/** One line of a table: source, expected text, data. */
export type Line = readonly [source: string, expected: string, data?: Record<string, unknown>];
