/**
 * Draws the page of one operation: what it does, its parameters, requests in three languages, the answers, the
 * errors, and the form that sends it. Everything can be read without a script; only sending needs one.
 */
import { type Html, html } from "../app/html.ts";
import type { AnswerDoc, Operation } from "../external/operation.ts";
import { codeSamples, pathOf } from "./code-samples.ts";
import { errorsOf } from "./error-docs.ts";
import { drawErrorTable } from "./list-page.ts";
import { drawCode, drawFrame, drawJson, drawProse } from "./page-frame.ts";
import { type Parameter, type ParameterGroup, parametersOf } from "./parameters.ts";

const MEBIBYTE = 1_048_576;

/** @param baseUrl scheme and host under which the reader sees this instance. */
export function drawOperation(operation: Operation, baseUrl: string): Html {
  const { method, model, summary, description, body } = operation;
  return drawFrame({
    title: `${method}/${model} – Carillon API reference`,
    back: { href: "/reference", text: "All operations" },
    body: html`<div class="columns"><div class="told"><h1>${summary}</h1>
<p class="path"><span class="verb">POST</span> <code>${pathOf(operation)}</code></p>
<p class="lead">${drawProse(description)}</p><p class="jump"><a href="#try-title">Try it</a></p>${drawFacts(operation)}
<h2 id="parameters">Parameters</h2>${parametersOf(body).map(drawParameters)}
<h2 id="answers">Answers</h2>${drawAnswers(operation.answers ?? [])}
<h2 id="errors">Errors</h2>${drawErrorTable(errorsOf(operation), "Errors of this operation")}</div>
<div class="shown">${drawTryIt(operation)}
<h2 id="requests">Requests</h2>${operation.examples.map((_, i) => drawExample(operation, i, baseUrl))}</div></div>`,
  });
}

function drawFacts({
  scope,
  aliases = [],
  method,
  bodyLimit = MEBIBYTE,
  takesIdempotencyKey,
}: Operation): Html {
  return html`<dl class="facts"><dt>Scope</dt><dd><code>${scope}</code></dd>
<dt>Body</dt><dd>JSON object, at most ${bodyLimit / MEBIBYTE} MiB</dd>
${aliases.length === 0 ? null : html`<dt>Also as</dt><dd>${aliases.map((alias) => html`<code>${method}/${alias}</code> `)}</dd>`}
${takesIdempotencyKey === true ? html`<dt>Header</dt><dd><code>Idempotency-Key</code>: the same key and body answer as before and do nothing again, for 30 days</dd>` : null}</dl>`;
}

function drawParameters({ path, title, meaning, parameters }: ParameterGroup): Html {
  const where = path === "" ? "the body" : path;
  const table = drawTable(`Fields of ${where}${title === "" ? "" : `: ${title}`}`, parameters);
  if (path === "" && title === "") return table;
  const summary = path === "" ? html`${title}` : html`<code>${path}</code> ${title === "" ? meaning : title}`;
  return html`<details><summary>${summary}</summary>${table}</details>`;
}

/** The roles stay when a narrow screen stacks the cells, which takes the table's own away. */
function drawTable(caption: string, parameters: readonly Parameter[]): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table class="fields" role="table"><caption class="unseen">${caption}</caption>
<thead role="rowgroup"><tr role="row"><th scope="col" role="columnheader">Name</th><th scope="col" role="columnheader">Type</th><th scope="col" role="columnheader">Meaning</th></tr></thead>
<tbody role="rowgroup">${parameters.map((one) => drawParameter(one))}</tbody></table></div>`;
}

function drawParameter({ name, type, isNeeded, meaning, fallback }: Parameter): Html {
  return html`<tr role="row"><th scope="row" role="rowheader"><code>${name}</code>${isNeeded ? html` <span class="needed">needed</span>` : null}</th>
<td role="cell">${type}</td><td role="cell">${drawProse(meaning)}${fallback === null ? null : html` <span class="hint">Default: <code>${fallback}</code></span>`}</td></tr>`;
}

function drawAnswers(answers: readonly AnswerDoc[]): readonly Html[] {
  if (answers.length === 0) return [drawJson("Answer 200", { code: 200, success: true })];
  return answers.map(({ code, when, model, row, example }) => {
    const title = `${code}${when === undefined ? "" : `: ${when}`}`;
    const tables = [
      ...(model === undefined ? [] : parametersOf(model).map((group) => drawAnswered("model", group))),
      ...(row === undefined ? [] : parametersOf(row).map((group) => drawAnswered("data, each", group))),
    ];
    return html`<h3>${title}</h3>${drawJson(`Answer ${title}`, example)}${tables}`;
  });
}

function drawAnswered(where: string, { parameters }: ParameterGroup): Html {
  return html`<details><summary>Fields of <code>${where}</code></summary>${drawTable(`Fields of ${where}`, parameters)}</details>`;
}

function drawExample(operation: Operation, at: number, baseUrl: string): Html {
  const example = operation.examples[at] ?? {};
  const title = operation.exampleTitles?.[at] ?? operation.summary;
  const samples = codeSamples(operation, example, baseUrl).map(({ language, code }, i) => {
    const label = `${language}: ${title}`;
    return html`<details ${i === 0 ? OPEN : null} name="example-${at}"><summary>${language}</summary>${drawCode(label, code)}</details>`;
  });
  return html`<details class="example" ${at === 0 ? OPEN : null}><summary>${title}</summary>
<button type="button" class="small fill" data-body="${JSON.stringify(example, null, 2)}" hidden>Put into Try it</button>${samples}</details>`;
}

const OPEN = html`open`;

const FORM_ROWS = 16;

function drawTryIt(operation: Operation): Html {
  const [first = {}] = operation.examples;
  const body = JSON.stringify(first, null, 2);
  const rows = Math.min(FORM_ROWS, body.split("\n").length + 1);
  return html`<section class="try" aria-labelledby="try-title"><h2 id="try-title">Try it</h2>
<noscript><p class="fault">Sending from this page needs JavaScript. The requests below work without.</p></noscript>
<form id="try" data-path="${pathOf(operation)}"><p class="hint" id="try-hint">This sends to this instance for real, with all that your token may do.</p>
<label for="token">Token</label><input id="token" type="password" autocomplete="off" spellcheck="false" aria-describedby="token-hint">
<p class="hint" id="token-hint">Kept in this tab until it is closed, and sent to this instance only. <button type="button" class="link" id="forget">Forget it</button></p>
${operation.takesIdempotencyKey === true ? IDEMPOTENCY_FIELD : null}<label for="body">Body (JSON)</label>
<textarea id="body" rows="${rows}" spellcheck="false" autocapitalize="off" autocomplete="off" aria-describedby="fault try-hint">${body}</textarea>
<p id="fault" class="fault" role="alert" hidden></p>
<button class="strong" id="send">Send</button> <kbd>Ctrl</kbd>+<kbd>Enter</kbd></form>
<div role="status" id="said"></div>
<div id="answer" hidden><h3 id="answer-title" tabindex="-1">Answer</h3>
<pre tabindex="0" role="region" aria-label="Body of the answer"><code id="answer-body"></code></pre>
<details><summary>Headers</summary><pre tabindex="0" role="region" aria-label="Headers of the answer"><code id="answer-headers"></code></pre></details></div></section>`;
}

const IDEMPOTENCY_FIELD = html`<label for="key">Idempotency-Key <span class="hint">(optional)</span></label>
<input id="key" type="text" autocomplete="off" spellcheck="false" maxlength="255">`;
