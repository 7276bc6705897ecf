/** `a.b`, `a[b]`: own keys of mappings, places of lists, the fields of `loop`. Anything else is null. */
import { clean, isPlainObject, markEngineClass, toKey } from "../values/kinds.ts";
import type { Scope } from "./scope.ts";

const LIST_PLACE = /^(?:0|[1-9]\d{0,9})$/;

/** The value that `object` has under a key known while compiling. */
export function readNamed(object: unknown, key: string): unknown {
  if (typeof object !== "object" || object === null) return null;
  if (Array.isArray(object)) return LIST_PLACE.test(key) ? clean(object[Number(key)]) : null;
  if (object instanceof Map) return clean(object.get(key));
  if (isPlainObject(object)) return Object.hasOwn(object, key) ? clean(object[key]) : null;
  if (object instanceof LoopState) return object.field(key);
  return object instanceof ContextView ? object.scope.get(key) : null;
}

/** The value that `object` has under a computed key; keys are cast as PHP casts them. */
export function readKey(object: unknown, key: unknown): unknown {
  if (typeof object !== "object" || object === null) return null;
  if (typeof key === "number" && Array.isArray(object)) return clean(object[Math.trunc(key)]);
  return readNamed(object, toKey(key));
}

/** Whether the key is there at all, even with null in it (`is defined`). */
export function hasKey(object: unknown, key: unknown): boolean {
  if (typeof object !== "object" || object === null) return false;
  const name = toKey(key);
  if (Array.isArray(object)) return LIST_PLACE.test(name) && Number(name) < object.length;
  if (object instanceof Map) return object.has(name);
  if (isPlainObject(object)) return Object.hasOwn(object, name);
  if (object instanceof LoopState) return object.field(name) !== null;
  return object instanceof ContextView && object.scope.knows(name);
}

/** The variable `loop`. */
export class LoopState {
  /** From 0. */
  index0 = 0;
  readonly length: number;
  readonly outer: Scope;

  constructor(length: number, outer: Scope) {
    this.length = length;
    this.outer = outer;
  }

  field(name: string): unknown {
    const { index0, length } = this;
    switch (name) {
      case "index":
        return index0 + 1;
      case "index0":
        return index0;
      case "revindex":
        return length - index0;
      case "revindex0":
        return length - index0 - 1;
      case "first":
        return index0 === 0;
      case "last":
        return index0 === length - 1;
      case "length":
        return length;
      case "parent":
        return new ContextView(this.outer);
      default:
        return null;
    }
  }
}

/** All names as one value: `_context` and `loop.parent`. */
export class ContextView {
  readonly scope: Scope;

  constructor(scope: Scope) {
    this.scope = scope;
  }
}

markEngineClass(LoopState.prototype);
markEngineClass(ContextView.prototype);
