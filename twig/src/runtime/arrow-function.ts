/** `x => ...` as a value: the only thing that can be called through data. It sees the scope in which it was made. */
import { markEngineClass } from "../values/kinds.ts";
import type { Runtime } from "./runtime.ts";
import { Scope } from "./scope.ts";

/** As many as the step of the call pays for. */
const MOST_PARAMS = 8;

export class ArrowFunction {
  readonly params: readonly string[];
  readonly body: (rt: Runtime) => unknown;
  readonly scope: Scope;

  constructor(params: readonly string[], body: (rt: Runtime) => unknown, scope: Scope) {
    this.params = params;
    this.body = body;
    this.scope = scope;
  }

  /** Surplus arguments are ignored, missing ones are null. */
  call(rt: Runtime, args: readonly unknown[]): unknown {
    const outer = rt.scope;
    const scope = new Scope(this.scope, true, this.scope.layers);
    if (this.params.length > MOST_PARAMS) rt.charge(this.params.length);
    for (let i = 0; i < this.params.length; i++) scope.declare(this.params[i]!, args[i]);
    rt.enter();
    rt.scope = scope;
    const result = this.body(rt);
    rt.scope = outer;
    rt.leave();
    return result;
  }
}

markEngineClass(ArrowFunction.prototype);

/** The value as an arrow function; strings are never names of functions here. */
export function asArrow(rt: Runtime, value: unknown, user: string): ArrowFunction {
  if (value instanceof ArrowFunction) return value;
  return rt.fail(`"${user}" needs an arrow function.`);
}
