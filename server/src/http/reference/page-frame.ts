/** What all reference pages share: head, header, footer and blocks of code. Pure: words in, HTML out. */
import { Html, html } from "../app/html.ts";

export interface FrameOptions {
  readonly title: string;
  /** What the header's link leads back to; null on the list itself. */
  readonly back: { readonly href: string; readonly text: string } | null;
  readonly body: Html;
}

/** A whole page, without its doctype. */
export function drawFrame({ title, back, body }: FrameOptions): Html {
  return html`<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${title}</title>
<link rel="icon" href="/reference/assets/icon.svg"><link rel="stylesheet" href="/reference/assets/reference.css">
<script src="/reference/assets/reference.js" defer></script></head>
<body><a class="skip" href="#content">To the content</a>
<header class="bar"><a class="brand" href="/reference"><img src="/reference/assets/icon.svg" alt="" width="24" height="24">Carillon API</a>
<nav aria-label="Reference">${back === null ? null : html`<a class="to" href="${back.href}">${back.text}</a>`}
<a class="to" href="/reference/errors">Errors</a><a class="to" href="/api/openapi.json">OpenAPI</a><a class="to" href="/sandbox">Sandbox</a></nav></header>
<main id="content" tabindex="-1">${body}</main></body></html>`;
}

/** A block of code that scrolls inside itself, with a button to copy it where a script runs. */
export function drawCode(label: string, code: string): Html {
  return html`<div class="code"><button type="button" class="small copy" hidden>Copy<span class="unseen"> ${label}</span></button>
<pre tabindex="0" role="region" aria-label="${label}"><code>${code}</code></pre></div>`;
}

export const drawJson = (label: string, value: unknown): Html =>
  drawCode(label, JSON.stringify(value, null, 2));

const TICKED = /`([^`]+)`/;

/** A sentence in which words between backticks are code. */
export function drawProse(text: string): Html {
  const parts = text
    .split(TICKED)
    .map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
  return new Html(parts.map((part) => part.text).join(""));
}
