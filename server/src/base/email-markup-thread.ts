/** The thread of email-markup.ts: the libraries themselves, one job after the other. */
import { parentPort } from "node:worker_threads";
import { convert } from "html-to-text";
import juice from "juice";
import mjml2html from "mjml";
import type { Finished, Job, Markup } from "./email-markup.ts";
import { shieldTwig } from "./twig-shield.ts";

const MAX_ERRORS = 50;
const INCLUDE = /<mj-include\b/i;

async function compileMjml(mjml: string): Promise<Markup> {
  const include = INCLUDE.exec(mjml);
  if (include !== null) {
    const line = mjml.slice(0, include.index).split("\n").length;
    return { text: "", errors: [{ line, message: "mj-include is not taken: nothing is read from files." }] };
  }
  const shielded = shieldTwig(mjml);
  const { html, errors } = await mjml2html(shielded.text, {
    validationLevel: "soft",
    ignoreIncludes: true,
    useMjmlConfigOptions: false,
  });
  const found = errors.map(({ line, message, tagName }) => ({
    line,
    message: shielded.restore(`${tagName}: ${message}`),
  }));
  const lost = shielded.lost(html).map(({ line, text }) => ({
    line,
    message: `${text.slice(0, 60)} has no place here and would be lost: put it inside <mj-raw>.`,
  }));
  return { text: shielded.restore(html), errors: [...found, ...lost].slice(0, MAX_ERRORS) };
}

function inlineCss(html: string): Markup {
  const shielded = shieldTwig(html);
  return { text: shielded.restore(juice(shielded.text, { preserveImportant: true })), errors: [] };
}

function plainText(html: string): Markup {
  const shielded = shieldTwig(html);
  const heading = (level: number) => ({ selector: `h${level}`, options: { uppercase: false } });
  const text = convert(shielded.text, {
    wordwrap: false,
    selectors: [
      ...[1, 2, 3, 4, 5, 6].map(heading),
      { selector: "img", format: "skip" },
      { selector: "a", options: { hideLinkHrefIfSameAsText: true } },
      { selector: "tr", format: "block", options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
      { selector: "td", format: "inlineSurround", options: { suffix: " " } },
    ],
  });
  return { text: shielded.restore(text).replace(/[ \t]+$/gm, ""), errors: [] };
}

const WORK: Readonly<Record<Job["kind"], (text: string) => Markup | Promise<Markup>>> = {
  mjml: compileMjml,
  inline: inlineCss,
  text: plainText,
};

/** Malformed XML, and markup nested beyond the call stack, are thrown. */
const reasonOf = (error: unknown): string =>
  error instanceof RangeError
    ? "The markup is nested too deeply."
    : String(error instanceof Error ? error.message : error).slice(0, 300);

async function finish({ id, kind, text }: Job): Promise<Finished> {
  try {
    return { id, markup: await WORK[kind](text) };
  } catch (error) {
    return { id, markup: { text: "", errors: [{ line: 0, message: reasonOf(error) }] } };
  }
}

parentPort?.on("message", async (job: Job) => {
  parentPort?.postMessage(await finish(job));
});
parentPort?.postMessage("ready");
