/**
 * The syntax tree: frozen plain objects, one `kind` each. `at` is the offset into the template's source (with
 * line ends normalised to \n). Hosts may inspect it; the compiler reads it; nothing changes it after parsing.
 */

export type Strategy = "html" | "html_attr" | "html_attr_relaxed" | "url" | "js" | "css";
export type Escaping = Strategy | false;

interface Node {
  readonly at: number;
}

export interface Literal extends Node {
  readonly kind: "literal";
  readonly value: string | number | boolean | null;
}
export interface Interpolation extends Node {
  readonly kind: "interpolation";
  readonly parts: readonly Expression[];
}
export interface Name extends Node {
  readonly kind: "name";
  readonly name: string;
}
export interface Spread extends Node {
  readonly kind: "spread";
  readonly value: Expression;
}
/** An empty place in a destructuring pattern: `[, second]`. */
export interface Hole extends Node {
  readonly kind: "hole";
}
export interface Sequence extends Node {
  readonly kind: "sequence";
  readonly items: readonly (Expression | Spread | Hole)[];
}
export interface Pair extends Node {
  readonly kind: "pair";
  readonly key: Expression;
  readonly value: Expression;
}
export interface Mapping extends Node {
  readonly kind: "mapping";
  readonly entries: readonly (Pair | Spread)[];
}
export interface Attribute extends Node {
  readonly kind: "attribute";
  readonly object: Expression;
  readonly key: Expression;
  /** True for `?.`. */
  readonly nullSafe: boolean;
  /** The arguments of a method call; null for plain access. */
  readonly args: readonly Argument[] | null;
}
export interface Slice extends Node {
  readonly kind: "slice";
  readonly object: Expression;
  readonly start: Expression | null;
  readonly length: Expression | null;
}
export interface Argument extends Node {
  readonly kind: "argument";
  readonly name: string | null;
  readonly value: Expression;
  readonly spread: boolean;
}
export interface Filter extends Node {
  readonly kind: "filter";
  readonly name: string;
  readonly value: Expression;
  readonly args: readonly Argument[];
}
export interface Call extends Node {
  readonly kind: "call";
  readonly name: string;
  readonly args: readonly Argument[];
}
/** A call of a macro brought in by `{% from %}`. */
export interface MacroCall extends Node {
  readonly kind: "macroCall";
  readonly name: string;
  readonly args: readonly Argument[];
}
export interface Test extends Node {
  readonly kind: "test";
  readonly name: string;
  readonly value: Expression;
  readonly args: readonly Argument[];
  readonly negated: boolean;
}
export interface Unary extends Node {
  readonly kind: "unary";
  readonly operator: "not" | "-" | "+";
  readonly operand: Expression;
}
export interface Binary extends Node {
  readonly kind: "binary";
  readonly operator: string;
  readonly left: Expression;
  readonly right: Expression;
}
/** `test ? yes : no`; `test ?: no` has `yes` null. */
export interface Conditional extends Node {
  readonly kind: "conditional";
  readonly test: Expression;
  readonly yes: Expression | null;
  readonly no: Expression;
}
export interface Arrow extends Node {
  readonly kind: "arrow";
  readonly params: readonly string[];
  readonly body: Expression;
}
export interface Assign extends Node {
  readonly kind: "assign";
  readonly target: Name | Sequence | Mapping;
  readonly value: Expression;
}
export type Expression =
  | Literal
  | Interpolation
  | Name
  | Sequence
  | Mapping
  | Attribute
  | Slice
  | Filter
  | Call
  | MacroCall
  | Test
  | Unary
  | Binary
  | Conditional
  | Arrow
  | Assign;

export interface Text extends Node {
  readonly kind: "text";
  readonly text: string;
}
export interface Output extends Node {
  readonly kind: "output";
  readonly value: Expression;
}
export interface Branch extends Node {
  readonly test: Expression;
  readonly body: readonly Statement[];
}
export interface If extends Node {
  readonly kind: "if";
  readonly branches: readonly Branch[];
  readonly otherwise: readonly Statement[] | null;
}
export interface For extends Node {
  readonly kind: "for";
  readonly keyName: string | null;
  readonly valueName: string;
  readonly items: Expression;
  readonly body: readonly Statement[];
  readonly otherwise: readonly Statement[] | null;
}
export interface SetTag extends Node {
  readonly kind: "set";
  readonly targets: readonly (Name | Sequence | Mapping)[];
  readonly values: readonly Expression[];
}
export interface Capture extends Node {
  readonly kind: "capture";
  readonly name: string;
  readonly body: readonly Statement[];
}
export interface FilterStep extends Node {
  readonly name: string;
  readonly args: readonly Argument[];
}
export interface Apply extends Node {
  readonly kind: "apply";
  readonly filters: readonly FilterStep[];
  readonly body: readonly Statement[];
}
export interface Autoescape extends Node {
  readonly kind: "autoescape";
  readonly strategy: Escaping;
  readonly body: readonly Statement[];
}
export interface Block extends Node {
  readonly kind: "block";
  readonly name: string;
  readonly body: readonly Statement[];
}
export interface MacroParam extends Node {
  readonly name: string;
  readonly fallback: Expression | null;
  /** `...name`: takes the surplus arguments. */
  readonly rest: boolean;
}
export interface Macro extends Node {
  readonly kind: "macro";
  readonly name: string;
  readonly params: readonly MacroParam[];
  readonly body: readonly Statement[];
}
export interface Import extends Node {
  readonly kind: "import";
  readonly template: Expression;
  readonly alias: string;
}
export interface ImportedName {
  readonly macro: string;
  readonly alias: string;
}
export interface From extends Node {
  readonly kind: "from";
  readonly template: Expression;
  readonly names: readonly ImportedName[];
}
interface Inclusion extends Node {
  readonly template: Expression;
  readonly variables: Expression | null;
  readonly only: boolean;
  readonly ignoreMissing: boolean;
}
export interface Include extends Inclusion {
  readonly kind: "include";
}
export interface Embed extends Inclusion {
  readonly kind: "embed";
  readonly body: readonly Statement[];
}
export interface With extends Node {
  readonly kind: "with";
  readonly variables: Expression | null;
  readonly only: boolean;
  readonly body: readonly Statement[];
}
export interface Do extends Node {
  readonly kind: "do";
  readonly value: Expression;
}
export interface Extends extends Node {
  readonly kind: "extends";
  readonly template: Expression;
}
export interface Use extends Node {
  readonly kind: "use";
  readonly template: Expression;
  readonly names: readonly ImportedName[];
}
/** `{% guard filter x %}`: the body counts only when the engine has that filter, function or test. */
export interface Guard extends Node {
  readonly kind: "guard";
  readonly subject: "filter" | "function" | "test";
  readonly name: string;
  readonly body: readonly Statement[];
  readonly otherwise: readonly Statement[] | null;
}
/** `types`, `deprecated`, `flush` and comments for tools: they do nothing at render time. */
export interface Nothing extends Node {
  readonly kind: "nothing";
  readonly tag: string;
}
export type Statement =
  | Text
  | Output
  | If
  | For
  | SetTag
  | Capture
  | Apply
  | Autoescape
  | Block
  | Macro
  | Import
  | From
  | Include
  | Embed
  | With
  | Do
  | Extends
  | Use
  | Guard
  | Nothing;

export interface TemplateAst {
  readonly kind: "template";
  readonly at: 0;
  readonly body: readonly Statement[];
}

/** Freezes a tree in place; iterative over an own stack so that depth cannot exhaust the call stack. */
export function freezeTree<T extends object>(root: T): T {
  const open: object[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (Object.isFrozen(node)) continue;
    Object.freeze(node);
    for (const value of Object.values(node)) {
      if (typeof value === "object" && value !== null) open.push(value);
    }
  }
  return root;
}
