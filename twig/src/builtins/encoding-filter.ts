/** `convert_encoding`: the text stays Unicode and loses the characters that the wanted encoding does not have. */
import type { Runtime } from "../runtime/runtime.ts";
import { charactersOf, type Encoding, findEncoding, isTableAtHand } from "../values/encoding.ts";
import { toText } from "../values/text.ts";
import type { FilterSpec } from "./spec.ts";

/** Building the table of an encoding takes as long as about this many steps. */
const NEW_TABLE_STEPS = 40_000;

export const convertEncoding: FilterSpec = {
  params: ["to", "from"],
  required: 2,
  run: (rt, value, [to, from]) => {
    encodingOf(rt, from);
    return keepCharacters(rt, toText(rt, value), encodingOf(rt, to));
  },
};

function encodingOf(rt: Runtime, value: unknown): Encoding {
  const name = toText(rt, value);
  rt.chargeText(name.length);
  return findEncoding(name) ?? rt.fail(`There is no encoding "${name.slice(0, 50)}".`);
}

const BEYOND_ASCII = /[^\0-\x7f]/;
const ALL_BEYOND_ASCII = /[^\0-\x7f]/gu;

function keepCharacters(rt: Runtime, text: string, { name, absent }: Encoding): string {
  rt.chargeText(text.length);
  if (!isTableAtHand(name)) rt.charge(NEW_TABLE_STEPS);
  const has = charactersOf(name);
  if (!BEYOND_ASCII.test(text)) return text;
  rt.charge(absent === "similar" ? text.length * 4 : text.length >> 1);
  return text.replace(ALL_BEYOND_ASCII, (char) => {
    if (has(char.codePointAt(0)!)) return char;
    if (absent === "similar") return similarTo(char, has);
    return absent === "leave out" ? "" : "?";
  });
}

/** The letter without its accent, where that is there. */
function similarTo(char: string, has: (code: number) => boolean): string {
  const base = char.normalize("NFKD").replace(/\p{M}/gu, "");
  const isThere = base !== "" && Array.from(base).every((one) => has(one.codePointAt(0)!));
  return isThere ? base : "?";
}
