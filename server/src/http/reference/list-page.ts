/** Draws /reference, the list of all operations with its search, and /reference/errors, the error catalogue. */
import { type Html, html } from "../app/html.ts";
import type { Operation } from "../external/operation.ts";
import type { ErrorDoc } from "./error-docs.ts";
import { drawCode, drawFrame, drawJson, drawProse } from "./page-frame.ts";
import { parametersOf } from "./parameters.ts";

export const pageOf = ({ method, model }: Pick<Operation, "method" | "model">): string =>
  `/reference/${method}/${model}`;

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1).replaceAll("-", " ");

/** @param baseUrl of this instance. */
export function drawList(operations: readonly Operation[], baseUrl: string): Html {
  const byModel = Map.groupBy(operations, ({ model }) => model);
  const groups = [...byModel].map(([model, group]) => drawGroup(model, group));
  return drawFrame({
    title: "API reference – Carillon",
    back: null,
    body: html`<h1>API reference</h1>
<p class="lead">Every operation is one POST of a JSON object. Each page explains one and sends it, with your own token.</p>
${drawCode("Where to send", `POST ${baseUrl}/api/external/{method}/{model}`)}
<p>The credential is the project's app token, in the body as <code>apptoken</code> or in the header
<code>Authorization: Bearer</code>, or a client's access token of <code>POST /api/oauth/token</code>, in that header. Answers repeat their status in <code>code</code>. A 4xx means that nothing was changed;
after a 5xx retry once at once and once after 30 seconds.</p>
<form class="search" role="search"><label for="search">Search operations <kbd aria-hidden="true">/</kbd></label>
<input id="search" type="search" autocomplete="off" spellcheck="false" aria-keyshortcuts="/" aria-describedby="found">
<p id="found" role="status" class="hint">${operations.length} operations</p></form>
${groups}`,
  });
}

function drawGroup(model: string, operations: readonly Operation[]): Html {
  return html`<section class="group" aria-labelledby="group-${model}"><h2 id="group-${model}">${capital(model)}</h2>
<ul class="operations">${operations.map(drawEntry)}</ul></section>`;
}

function drawEntry(operation: Operation): Html {
  const { method, model, summary, description, body, aliases = [] } = operation;
  const words = [method, model, ...aliases, summary].join(" ").toLowerCase();
  const fields = parametersOf(body).flatMap(({ parameters }) => parameters.map(({ name }) => name));
  const more = [description, ...new Set(fields)].join(" ").toLowerCase();
  return html`<li data-words="${words}" data-more="${more}"><a class="entry" href="${pageOf(operation)}"><code>${method}/${model}</code>
<span>${summary}</span></a></li>`;
}

/** The catalogue as a page. */
export function drawErrors(errors: readonly ErrorDoc[]): Html {
  return drawFrame({
    title: "Errors – Carillon API reference",
    back: { href: "/reference", text: "All operations" },
    body: html`<h1>Errors</h1>
<p class="lead">The answer's <code>code</code> repeats the HTTP status. A 4xx means that nothing was changed. A 5xx may be
retried: once at once, and once after 30 seconds.</p>
${drawJson("An error's answer", { code: 400, success: false, message: "Campaign is not created", errors: { title: ["Title cannot be blank."] } })}
${drawErrorTable(errors, "All errors")}`,
  });
}

export function drawErrorTable(errors: readonly ErrorDoc[], caption: string): Html {
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table role="table"><caption class="unseen">${caption}</caption>
<thead role="rowgroup"><tr role="row">${["Status", "Error", "Message", "What to do"].map((name) => html`<th scope="col" role="columnheader">${name}</th>`)}</tr></thead>
<tbody role="rowgroup">${errors.map(
    ({
      code,
      status,
      sentence,
      advice,
    }) => html`<tr id="${code}" role="row"><td role="cell">${status}</td><th scope="row" role="rowheader"><code>${code}</code></th>
<td role="cell">${sentence}</td><td role="cell">${drawProse(advice)}</td></tr>`,
  )}</tbody></table></div>`;
}

/** @param sentence what is not here. */
export function drawMissing(sentence: string): Html {
  return drawFrame({
    title: "Not found – Carillon API reference",
    back: { href: "/reference", text: "All operations" },
    body: html`<h1>There is no such page</h1><p>${sentence}</p><p><a href="/reference">All operations</a></p>`,
  });
}
