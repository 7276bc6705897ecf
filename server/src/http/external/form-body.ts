/**
 * PHP-style form bodies (`ios[active]=1`, `tokenArray[]=x`), which an early client still sends (evidence: campaign
 * API, section 1). Values stay strings. Names become nested records; a record whose keys are exactly 0..n-1 becomes
 * a list, as PHP's json_encode would write it.
 */

import { fail, ok, type Result } from "../../base/result.ts";
import { keyPath } from "../../domain/field-label.ts";
import type { Fault } from "../../domain/storable-value.ts";
import { GUARDED } from "./json-scan.ts";

const MAX_FIELDS = 1_000;
const MAX_DEPTH = 10;

type Node = Map<string, Node | string>;

const fault = (path: string, predicate: string) => fail({ path, predicate });

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return null; // a broken percent sequence, or one that is not UTF-8
  }
}

/** `a[b][]` -> ["a", "b", ""]; null when the brackets do not pair up. */
function nameParts(name: string): string[] | null {
  const open = name.indexOf("[");
  if (open === -1) return [name];
  const rest = name.slice(open);
  if (open === 0 || !/^(\[[^[\]]*\])+$/.test(rest)) return null;
  return [name.slice(0, open), ...rest.slice(1, -1).split("][")];
}

/** The smallest number not yet used as a key: what `[]` stands for in PHP. */
function nextIndex(node: Node): string {
  let next = node.size;
  while (node.has(String(next))) next += 1;
  return String(next);
}

/** Puts one value into the tree; null, or why it cannot stand there. */
function place(root: Node, parts: readonly string[], value: string): string | null {
  let node = root;
  for (const [position, part] of parts.entries()) {
    const key = part === "" && position > 0 ? nextIndex(node) : part;
    const held = node.get(key);
    if (position === parts.length - 1) {
      if (held instanceof Map) return "is given both as a value and as a list";
      if (held !== undefined && position === 0 && GUARDED.has(key)) return "is given twice";
      node.set(key, value);
      return null;
    }
    if (typeof held === "string") return "is given both as a value and as a list";
    const child: Node = held ?? new Map();
    node.set(key, child);
    node = child;
  }
  return null;
}

function toJson(node: Node): Record<string, unknown> | unknown[] {
  const values = Array.from(
    node,
    ([key, value]) => [key, value instanceof Map ? toJson(value) : value] as const,
  );
  if (values.every(([key], index) => key === String(index))) return values.map(([, value]) => value);
  return Object.fromEntries(values);
}

function addField(root: Node, pair: string): Result<null, Fault> {
  const equals = pair.indexOf("=");
  const name = decoded(equals === -1 ? pair : pair.slice(0, equals));
  const value = equals === -1 ? "" : decoded(pair.slice(equals + 1));
  const path = keyPath("body", name ?? "?").slice("body.".length);
  if (name === null || value === null) return fault(path, "is not valid percent-encoded UTF-8");
  const parts = nameParts(name);
  if (parts === null) return fault(path, "has brackets that do not pair up");
  if (parts.length > MAX_DEPTH) return fault(path, `is nested deeper than ${MAX_DEPTH}`);
  if (parts.includes("__proto__")) return fault(path, "is not allowed as a name");
  const predicate = place(root, parts, value);
  return predicate === null ? ok(null) : fault(path, predicate);
}

/** Reads a form body; the fault names the field that cannot be read. */
export function readForm(text: string): Result<Record<string, unknown>, Fault> {
  const pairs = text.split("&", MAX_FIELDS + 1).filter((pair) => pair !== "");
  if (pairs.length > MAX_FIELDS) return fault("body", `has more than ${MAX_FIELDS} fields`);
  const root: Node = new Map();
  for (const pair of pairs) {
    const added = addField(root, pair);
    if (!added.ok) return added;
  }
  return ok({ ...toJson(root) } as Record<string, unknown>);
}
