/**
 * What a value is, for templates. Only these kinds exist: null, booleans, numbers, texts, lists (JS arrays),
 * mappings (Maps and plain objects), and the engine's own objects. Everything else a host may pass (functions,
 * symbols, instances of classes) is opaque: it reads as null. Own properties only, so nothing inherited
 * (`constructor`, `__proto__`, `toString`) can be reached.
 */
import { Markup } from "./markup.ts";
import { Moment } from "./moment.ts";
import { keyOut } from "./number-text.ts";

export type PlainObject = Readonly<Record<string, unknown>>;
export type Key = string | number;

/** True for `{}`-like objects of any realm: their prototype is null or a root prototype. */
export function isPlainObject(value: object): value is PlainObject {
  const proto: unknown = Object.getPrototypeOf(value);
  return proto === null || proto === Object.prototype || Object.getPrototypeOf(proto) === null;
}

/** Opaque values become null. */
export function clean(value: unknown): unknown {
  if (value === undefined || typeof value === "function" || typeof value === "symbol") return null;
  return value;
}

/** Maps and plain objects. */
export function isMapping(value: unknown): value is ReadonlyMap<unknown, unknown> | PlainObject {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return value instanceof Map || isPlainObject(value);
}

/** Lists and mappings. */
export function isCollection(value: unknown): boolean {
  return Array.isArray(value) || isMapping(value);
}

/** Number of elements; -1 when the value has none because it is no list and no mapping. */
export function countOf(value: unknown): number {
  if (Array.isArray(value)) return value.length;
  if (value instanceof Map) return value.size;
  if (isMapping(value)) return Object.keys(value).length;
  return -1;
}

/** The elements in order, without copying a list. Empty for anything else. */
export function valuesOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (value instanceof Map) return [...value.values()];
  return isMapping(value) ? Object.values(value) : [];
}

/** The keys in order, numbers where they look like integers. Empty for what is no collection. */
export function keysOf(value: unknown): Key[] {
  if (Array.isArray(value)) return Array.from(value, (_, index) => index);
  if (value instanceof Map) return Array.from(value.keys(), (key) => keyOut(String(key)));
  return isMapping(value) ? Object.keys(value).map(keyOut) : [];
}

/** A list where the keys count up from 0, else a mapping: PHP makes no difference, JSON and `is sequence` do. */
export function fromPairs(
  keys: readonly Key[],
  values: readonly unknown[],
): unknown[] | Map<string, unknown> {
  if (keys.every((key, index) => key === index)) return [...values];
  const map = new Map<string, unknown>();
  for (let i = 0; i < keys.length; i++) map.set(String(keys[i]), values[i]);
  return map;
}

/** A value used as a key, as PHP casts it. */
export function toKey(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value;
    case "number":
      return Number.isFinite(value) ? String(Math.trunc(value)) : "0";
    case "boolean":
      return value ? "1" : "0";
    case "bigint":
      return value.toString();
    default:
      return value instanceof Markup ? value.text : "";
  }
}

/** PHP's truth: null, false, 0, "", "0" and empty lists and mappings are false. */
export function truthy(value: unknown): boolean {
  switch (typeof value) {
    case "boolean":
      return value;
    case "string":
      return value !== "" && value !== "0";
    case "number":
      return value !== 0;
    case "bigint":
      return value !== 0n;
    case "object":
      return value !== null && isFullObject(value);
    default:
      return false;
  }
}

function isFullObject(value: object): boolean {
  if (value instanceof Markup) return value.text !== "";
  return isCollection(value) ? hasElements(value) : !isOpaque(value);
}

/** Without counting: a large mapping must not cost more than a small one. */
function hasElements(value: object): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof Map) return value.size > 0;
  for (const key in value) if (Object.hasOwn(value, key)) return true;
  return false;
}

/** An object that is none of the engine's and no data. */
function isOpaque(value: object): boolean {
  return !(isCollection(value) || isDate(value) || value instanceof Markup || isEngineObject(value));
}

const ENGINE_OBJECTS = new WeakSet<object>();

/** The engine's own classes (loops, arrow functions, imported macros) announce their prototypes here. */
export function markEngineClass(prototype: object): void {
  ENGINE_OBJECTS.add(prototype);
}

function isEngineObject(value: object): boolean {
  const proto: unknown = Object.getPrototypeOf(value);
  return typeof proto === "object" && proto !== null && ENGINE_OBJECTS.has(proto);
}

/** Dates of the engine and of the host. */
export function isDate(value: unknown): value is Moment | Date {
  return value instanceof Moment || value instanceof Date;
}

/** The test `empty` and the filter `default`: null, false, "" and nothing inside. 0 and "0" are not empty. */
export function isEmpty(value: unknown): boolean {
  if (value === "" || value === false) return true;
  if (typeof value !== "object") return clean(value) === null;
  if (value === null) return true;
  if (value instanceof Markup) return value.text === "";
  return isCollection(value) ? !hasElements(value) : isOpaque(value);
}

/** Null, and what templates cannot see. */
export function isNull(value: unknown): boolean {
  return value === null || clean(value) === null || (typeof value === "object" && isOpaque(value));
}
