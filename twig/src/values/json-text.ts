/**
 * Values to JSON under the render's budgets. Opaque values become null, cycles end by the depth limit.
 * Pretty printing and the escaping options follow PHP's json_encode.
 */
import type { Runtime } from "../runtime/runtime.ts";
import { clean, isDate, isMapping, keysOf, valuesOf } from "./kinds.ts";
import { Markup } from "./markup.ts";
import { Moment } from "./moment.ts";

export interface JsonStyle {
  /** Four spaces, as PHP prints. */
  readonly pretty?: boolean;
  /** Applied to each quoted string, e.g. to escape slashes. */
  readonly quote?: (quoted: string) => string;
  /** Lists are written as objects. */
  readonly forceObject?: boolean;
}

const MAX_DEPTH = 64;

class JsonWriter {
  readonly rt: Runtime;
  readonly style: JsonStyle;
  out = "";

  constructor(rt: Runtime, style: JsonStyle) {
    this.rt = rt;
    this.style = style;
  }

  write(value: unknown, depth: number): void {
    if (this.out.length > this.rt.limits.valueSize) this.rt.failBudget("valueSize");
    this.rt.charge(1);
    const seen = clean(value);
    if (typeof seen === "string") this.writeText(seen);
    else if (typeof seen === "number") this.out += Number.isFinite(seen) ? jsonNumber(seen) : "0";
    else if (typeof seen === "boolean" || typeof seen === "bigint") this.out += String(seen);
    else if (typeof seen === "object" && seen !== null) this.writeObject(seen, depth);
    else this.out += "null";
  }

  writeText(text: string): void {
    this.rt.chargeText(text.length);
    const quoted = JSON.stringify(text.isWellFormed() ? text : text.toWellFormed());
    this.out += this.style.quote === undefined ? quoted : this.style.quote(quoted);
  }

  writeObject(value: object, depth: number): void {
    if (depth >= MAX_DEPTH) this.rt.failBudget("depth");
    if (value instanceof Markup) this.writeText(value.text);
    else if (isDate(value)) {
      const epochMs = value instanceof Moment ? value.epochMs : value.getTime();
      this.writeText(Number.isFinite(epochMs) ? new Date(epochMs).toISOString() : "");
    } else if (Array.isArray(value) && this.style.forceObject !== true) this.writeList(value, depth);
    else if (Array.isArray(value) || isMapping(value)) this.writeMapping(value, depth);
    else this.out += "null";
  }

  writeList(items: readonly unknown[], depth: number): void {
    if (items.length === 0) {
      this.out += "[]";
      return;
    }
    this.out += "[";
    for (let i = 0; i < items.length; i++) {
      this.separate(i, depth + 1);
      this.write(items[i], depth + 1);
    }
    this.close("]", depth);
  }

  writeMapping(value: object, depth: number): void {
    const keys = keysOf(value);
    const values = valuesOf(value);
    if (keys.length === 0) {
      this.out += "{}";
      return;
    }
    this.out += "{";
    for (let i = 0; i < keys.length; i++) {
      this.separate(i, depth + 1);
      this.writeText(String(keys[i]));
      this.out += this.style.pretty === true ? ": " : ":";
      this.write(values[i], depth + 1);
    }
    this.close("}", depth);
  }

  separate(index: number, depth: number): void {
    if (index > 0) this.out += ",";
    if (this.style.pretty === true) this.out += `\n${"    ".repeat(depth)}`;
  }

  close(bracket: string, depth: number): void {
    if (this.style.pretty === true) this.out += `\n${"    ".repeat(depth)}`;
    this.out += bracket;
  }
}

/** JSON has no 1.0E+25: the exponent is written as PHP writes it there, in lower case and with a point. */
function jsonNumber(value: number): string {
  const text = String(value);
  return /^-?\de/.test(text) ? text.replace("e", ".0e") : text;
}

/** The JSON of a value; without a style as compact as JSON.stringify writes it. */
export function jsonText(rt: Runtime, value: unknown, style: JsonStyle = {}): string {
  const writer = new JsonWriter(rt, style);
  writer.write(value, 0);
  return writer.out;
}
