/**
 * Keeps Twig's tags out of the hands of tools that read HTML and would mend, move or drop them: each tag becomes one
 * harmless word before, and the tag again after.
 */
export interface Shielded {
  readonly text: string;
  /** The tags in their order. */
  readonly tags: readonly ShieldedTag[];
  /** The tool's output with the tags in place again. */
  restore(output: string): string;
  /** Tags that the tool has dropped. */
  lost(output: string): ShieldedTag[];
}

export interface ShieldedTag {
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

const CLOSES: Readonly<Record<string, string>> = { "{{": "}}", "{%": "%}", "{#": "#}" };

/** Where the tag that begins at `from` ends, or -1: quotes hide what looks like an end, but not in comments. */
function endOfTag(text: string, from: number): number {
  const open = text.slice(from, from + 2);
  const close = CLOSES[open] ?? "";
  if (open === "{#") {
    const end = text.indexOf(close, from + 2);
    return end === -1 ? -1 : end + 2;
  }
  let quote = "";
  for (let i = from + 2; i < text.length; i += 1) {
    const char = text[i] ?? "";
    if (quote !== "") {
      if (char === "\\") i += 1;
      else if (char === quote) quote = "";
    } else if (char === '"' || char === "'") quote = char;
    else if (char === close[0] && text[i + 1] === close[1]) return i + 2;
  }
  return -1;
}

function unusedWord(text: string): string {
  let word = "crltag";
  while (text.includes(word)) word += "q";
  return word;
}

/** A tag without end leaves the rest as it is: such a template does not compile, and its author hears so. */
export function shieldTwig(text: string): Shielded {
  const word = unusedWord(text.toLowerCase());
  const tags: ShieldedTag[] = [];
  const parts: string[] = [];
  const opening = /\{[{%#]/g;
  let done = 0;
  let line = 1;
  for (let found = opening.exec(text); found !== null; found = opening.exec(text)) {
    const end = endOfTag(text, found.index);
    if (end === -1) break;
    const before = text.slice(done, found.index);
    const tag = text.slice(found.index, end);
    line += lineBreaks(before);
    // The tag's own line breaks stay, so that the tool's line numbers are the author's.
    parts.push(before, `${word}${tags.length}z`, "\n".repeat(lineBreaks(tag)));
    tags.push({ text: tag, line });
    line += lineBreaks(tag);
    done = end;
    opening.lastIndex = end;
  }
  parts.push(text.slice(done));
  // Where a tag stood between attributes, the tool has made an empty attribute of the word.
  const words = new RegExp(`${word}(\\d+)z(?:="")?`, "gi");
  return {
    text: parts.join(""),
    tags,
    restore: (output) => output.replace(words, (_all, no: string) => tags[Number(no)]?.text ?? ""),
    lost(output) {
      const kept = new Set(Array.from(output.matchAll(words), (match) => Number(match[1])));
      return tags.filter((_tag, no) => !kept.has(no));
    },
  };
}

function lineBreaks(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}
