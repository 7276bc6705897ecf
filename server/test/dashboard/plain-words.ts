/** What a full project says where its looks are what counts: a bookshop at a harbour. */
import type { Words } from "./making.ts";

const TEXTS: Readonly<Record<string, string>> = {
  project: "Harbour Books",
  client: "Order service",
  connection: "Order service",
  "connection-url": "/hooks/carillon",
  "endpoint-user": "orders",
  "gateway-url": "/v1/messages",
  "gateway-body": "Harbour",
  header: "an example of a key",
  "path-of-id": "message.id",
  member: "Rosa Lind",
  "user-id": "reader-1042",
  "first-name": "Ada",
  "last-name": "Byron",
  country: "Ireland",
  attribute: "sea stories",
  "key-title": "Favourite shelf",
  nested: "poetry",
  "hit-attribute": "Galway",
  "event-attribute": "Tuesday readers",
  device: "a-browser-of-ada",
  "tag-title": "Viewed a book",
  "tag-alias": "seen",
  "tag-value": "The Lighthouse",
  event: "order_placed",
  "event-value": "A-1042",
  "event-id": "order-1042",
  suppressed: "a-browser-of-nobody",
  list: "Regular readers",
  "csv-head": "Loyalty level",
  "csv-cell": "gold",
  "csv-email": "no address",
  title: "Order shipped",
  draft: "Autumn letter",
  past: "Summer sale",
  "push-title": "Your parcel",
  "push-icon": "https://shop.example.org/icon.png",
  "push-picture": "https://shop.example.org/parcel.png",
  "push-opens": "https://shop.example.org/orders/A-1042",
  "push-payload-key": "order",
  "push-payload": "A-1042",
  "push-page": "<p>Six books for long evenings.</p>",
  "inbox-text": "Chosen by our readers.",
  "inbox-image": "https://shop.example.org/autumn.png",
  token: "a-browser-of-ada",
  subject: "Your order is on its way:",
  "subject-in-french": "Longues soirées, bons livres",
  from: "news@example.org",
  "from-name": "Harbour Books",
  "reply-to": "reply@example.org",
  "reply-name": "Customer care",
  preheader: "It left our house today.",
  "plain-text": "Your order is on its way:",
  "webhook-url": "/orders/{{ order }}",
  "webhook-body": "shipped:",
  "webhook-header": "harbour",
  "sms-text": "Your order is on its way:",
  nobody: "reader-9999",
  param: "A-1042",
  "own-param": "A-1037",
  reference: "order-1042",
  "gateway-error": "no route to this number",
};

function textOf(where: string): string {
  const text = TEXTS[where];
  if (text === undefined) throw new Error(`no plain words for ${where}`);
  return text;
}

const HELLO = 'Hello {{ first_name|default("reader") }}';

export const PLAIN: Words = {
  line: textOf,
  link: textOf,
  path: textOf,
  html: `<div style="font-family:Georgia,serif;padding:40px 32px;background:#f4efe4;color:#26302e">
<div style="max-width:520px;margin:0 auto;padding:32px;background:#fff;border-radius:8px">
<p style="margin:0;letter-spacing:2px;font-size:13px">HARBOUR BOOKS</p>
<h1 style="font-size:26px;line-height:1.2">Your order is on its way</h1>
<p style="line-height:1.6">${HELLO}, order <b>{{ note }}</b> left our house today. It takes two days, three by sea.</p>
<p style="line-height:1.6">Something is missing? Answer this email, and a person reads it.</p>
</div></div>`,
  mjml: `<mjml>
  <mj-body background-color="#f4efe4">
    <mj-section background-color="#ffffff" padding="32px">
      <mj-column>
        <mj-text letter-spacing="2px">HARBOUR BOOKS</mj-text>
        <mj-text font-size="26px">Long evenings, good books</mj-text>
        <mj-text line-height="1.6">${HELLO}, here are six that our readers chose this autumn.</mj-text>
        <mj-button background-color="#0f6b5f" href="https://shop.example.org/autumn">See all six</mj-button>
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>`,
  sender: "Harbour",
  mailbox: "mina",
  headerName: "authorization",
};
