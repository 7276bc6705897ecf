/** What a full project says where its looks are what counts. */
import type { Words } from "./full-project.ts";

const LINES: Readonly<Record<string, string>> = {
  project: "Harbour Books",
  client: "Order service",
  connection: "Order service",
  "endpoint-user": "orders",
  header: "harbour",
  "path-of-id": "message.id",
  "user-id": "reader-1042",
  "first-name": "Ada",
  "last-name": "Byron",
  attribute: "sea stories",
  nested: "two",
  device: "a-device-of-ada",
  "tag-value": "yes",
  list: "Regular readers",
  "csv-head": "Loyalty level",
  "csv-cell": "gold",
  "csv-email": "no address",
  title: "Order shipped",
  draft: "Autumn letter",
  past: "Summer sale",
  "push-title": "Your parcel",
  subject: "Your order is on its way:",
  "from-name": "Harbour Books",
  "reply-name": "Customer care",
  preheader: "It left our house today.",
  "plain-text": "Your order is on its way:",
  "webhook-body": "shipped:",
  "webhook-header": "harbour",
  "sms-text": "Your order is on its way:",
  nobody: "reader-9999",
  param: "A-1042",
  reference: "order-1042",
  "gateway-error": "no route to this number",
};

export const PLAIN: Words = {
  line: (where) => {
    const text = LINES[where];
    if (text === undefined) throw new Error(`no plain words for ${where}`);
    return text;
  },
  html: `<div style="font-family:sans-serif;padding:32px;background:#f4efe4"><h1>Your order is on its way</h1>
<p>Hello {{ first_name|default("reader") }}, order {{ note }} left our house today.</p></div>`,
  path: "/carillon",
  sender: "Harbour",
};
