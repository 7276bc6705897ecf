/**
 * Draws the sandbox: an email as its reader would see it, in a frame that may do nothing; a text message as a bubble;
 * a push as a card. Pure: messages in, HTML out. All of their content is a stranger's.
 */
import type { SandboxView } from "../../actions/results/sandbox-view.ts";
import { isRecord } from "../../domain/field-label.ts";
import { Html, html } from "./html.ts";
import { SANDBOX_STYLE } from "./sandbox-style.ts";

const ICON = new Html(
  '<svg class="bell" viewBox="0 0 24 24" aria-hidden="true"><path d="M12 3a6 6 0 0 0-6 6v4.5L4 17h16l-2-3.5V9a6 6 0 0 0-6-6Zm-2 16a2 2 0 0 0 4 0Z"/></svg>',
);

export function drawSandbox(messages: readonly SandboxView[], nowMs: number): Html {
  const list =
    messages.length === 0
      ? html`<div class="empty"><h2>Nothing yet</h2><p>Execute a campaign. What it would send appears here.</p></div>`
      : html`<ol class="list">${messages.map((message) => drawMessage(message, nowMs))}</ol>`;
  return page(
    "Sandbox",
    html`<header class="bar"><div class="brand">${ICON}<h1>Sandbox</h1></div>
<nav><a class="button" href="/sandbox">Refresh</a>
<form method="post" action="/sandbox/sign-out"><button class="button quiet">Sign out</button></form></nav></header>
<main><p class="hint">Messages that would have been sent, newest first. No provider is set up for them, so nobody has received any.</p>
${list}</main>`,
  );
}

/** @param fault why the last try failed; null at first. */
export function drawSignIn(fault: string | null): Html {
  return page(
    "Sign in",
    html`<main class="sign-in"><div class="brand">${ICON}<h1>Carillon</h1></div>
<form method="post" action="/sandbox/sign-in">
${fault === null ? null : html`<p class="fault" role="alert">${fault}</p>`}
<label>Email<input name="email" type="email" autocomplete="username" required autofocus></label>
<label>Password<input name="password" type="password" autocomplete="current-password" required></label>
<label>Code of your authenticator, if you have one<input name="code" autocomplete="one-time-code" maxlength="64"></label>
<button class="button strong">Sign in</button></form></main>`,
  );
}

export function drawFault(sentence: string): Html {
  return page(
    "Carillon",
    html`<main class="sign-in"><div class="brand">${ICON}<h1>Carillon</h1></div>
<p class="fault" role="alert">${sentence}</p><p><a class="button" href="/sandbox">Back to the sandbox</a></p></main>`,
  );
}

function page(title: string, body: Html): Html {
  return html`<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${title}</title><style>${new Html(SANDBOX_STYLE)}</style></head>
<body>${body}</body></html>`;
}

const CHANNELS: Readonly<Record<string, string>> = {
  email: "Email",
  sms: "SMS",
  ios_push: "iOS push",
  android_push: "Android push",
  web_push: "Web push",
  inbox: "Inbox",
  webhook: "Webhook",
};

function drawMessage(message: SandboxView, nowMs: number): Html {
  const { message_type_name: name, address, time, id } = message;
  const at = new Date(time * 1000).toISOString();
  return html`<li class="message"><div class="head"><span class="channel">${CHANNELS[name] ?? name}</span>
<span class="to">${address === "" ? "no address" : address}</span>
<span class="when"><time datetime="${at}" title="${at}">${agoOf(nowMs / 1000 - time)}</time> · no. ${id}</span></div>
${drawContent(name, message.content)}</li>`;
}

type Content = SandboxView["content"];

const textOf = (content: Content, field: string): string => {
  const value = content[field];
  return typeof value === "string" ? value : "";
};

function drawContent(name: string, content: Content): Html {
  if (name === "email") return drawEmail(content);
  if (name === "sms") return drawSms(content);
  if (name.endsWith("_push") || name === "inbox") return drawPush(content);
  return html`<pre class="plain">${JSON.stringify(content, null, 2)}</pre>`;
}

function drawEmail(content: Content): Html {
  const markup = textOf(content, "html");
  const text = textOf(content, "text");
  const replyTo = mailboxOf(content.replyTo);
  // sandbox="" : no script, no form, no link out of the frame, and an origin of its own.
  const frame = html`<iframe class="frame" sandbox="" loading="lazy" title="The email" srcdoc="${markup}"></iframe>`;
  const plain = html`<pre class="plain">${text}</pre>`;
  return html`<dl class="mail"><dt>Subject</dt><dd class="subject">${textOf(content, "subject") || "(no subject)"}</dd>
<dt>From</dt><dd>${mailboxOf(content.from)}</dd>
${replyTo === "" ? null : html`<dt>Reply to</dt><dd>${replyTo}</dd>`}</dl>
${markup === "" ? plain : frame}
${markup === "" || text === "" ? null : html`<details><summary>Plain text</summary>${plain}</details>`}`;
}

function mailboxOf(value: unknown): string {
  if (!isRecord(value) || typeof value.address !== "string") return "";
  const { name, address } = value;
  return typeof name === "string" && name !== "" ? `${name} <${String(address)}>` : String(address);
}

function drawSms(content: Content): Html {
  const from = textOf(content, "from");
  return html`<div class="phone"><p class="sender">${from === "" ? "your provider's sender" : from}</p>
<p class="bubble">${textOf(content, "text")}</p></div>`;
}

function drawPush(content: Content): Html {
  const url = textOf(content, "url");
  const payload = isRecord(content.payload) ? Object.entries(content.payload) : [];
  const picture = textOf(content, "picture");
  const facts = [
    ...(url === "" ? [] : [["Opens", url] as const]),
    ...(picture === "" ? [] : [["Picture", picture] as const]),
    ...payload.map(([key, value]) => [key, String(value)] as const),
  ];
  return html`<div class="push"><span class="app">${ICON}</span><div><p class="title">${textOf(content, "title")}</p>
<p class="text">${textOf(content, "text")}</p></div></div>
${facts.length === 0 ? null : html`<dl class="facts">${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`}`;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function agoOf(seconds: number): string {
  if (seconds < MINUTE) return "just now";
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min ago`;
  if (seconds < DAY) return `${Math.floor(seconds / HOUR)} h ago`;
  return `${Math.floor(seconds / DAY)} d ago`;
}
