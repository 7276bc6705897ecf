/**
 * A page of docs/ whose sections are steps: "## 3. Create a draft". A walk names what it uses, by the words that the
 * page has in bold (what stands on the screen) and as code (what is typed or shown), so that the page and the product
 * cannot part from each other.
 */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const DOCS = resolve(import.meta.dirname, "../../../docs");

export interface PageStep {
  readonly number: number;
  readonly title: string;
  /** A word in bold, given back. @throws where the step does not have it. */
  bold(word: string): string;
  /** A word in backticks, given back. @throws where the step does not have it. */
  code(word: string): string;
  /** The step's block of code in this language. */
  block(language: string): string;
  /** Words in bold that the walk did not use. */
  unused(): string[];
}

/** @param page below docs/: "start/own-template.md". @throws where the numbers are not 1, 2, 3, ... */
export function readSteps(page: string): PageStep[] {
  const sections = readFileSync(join(DOCS, page), "utf8").split(/^## /m).slice(1);
  const steps = sections.map(readStep);
  if (steps.some(({ number }, i) => number !== i + 1))
    throw new Error(`the steps of ${page} are misnumbered`);
  return steps;
}

function readStep(section: string): PageStep {
  const [, number = "0", title = ""] = /^(\d+)\. (.+)$/m.exec(section) ?? [];
  const prose = section.replaceAll(/^```[\s\S]*?^```$/gm, "");
  const bolds = new Set(wordsOf(prose, /\*\*([^*]+)\*\*/g));
  const codes = new Set(wordsOf(prose, /`([^`\n]+)`/g));
  const left = new Set(bolds);
  const where = `step ${number}, ${title},`;
  return {
    number: Number(number),
    title,
    bold(word) {
      if (!bolds.has(word)) throw new Error(`${where} does not have **${word}**`);
      left.delete(word);
      return word;
    },
    code(word) {
      if (!codes.has(word)) throw new Error(`${where} does not have \`${word}\``);
      return word;
    },
    block(language) {
      const found = new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)\n^\`\`\`$`, "m").exec(section)?.[1];
      if (found === undefined) throw new Error(`${where} has no code in ${language}`);
      return found;
    },
    unused: () => [...left],
  };
}

const wordsOf = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, word = ""]) => word.replaceAll("\n", " "));
