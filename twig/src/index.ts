/** The Twig engine: the names that hosts use. */

export { type Budget, TwigBudgetError, TwigRuntimeError, TwigSyntaxError } from "./errors.ts";
export { type KnownNames, knownNames } from "./known-names.ts";
export type { UseKind } from "./read-environment.ts";
export type { NameUse } from "./reads.ts";
export { DEFAULT_RENDER_LIMITS, type RenderLimits, type RenderOptions } from "./runtime/limits.ts";
export type { Data } from "./runtime/scope.ts";
export type { SnippetUse } from "./snippet-uses.ts";
export type { Escaping, Expression, Statement, Strategy, TemplateAst } from "./syntax/ast.ts";
export { type CompileLimits, DEFAULT_COMPILE_LIMITS } from "./syntax/token-stream.ts";
export { type CompileOptions, compile, type Template } from "./template.ts";
