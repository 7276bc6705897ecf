/**
 * What the bench sends: people, an SMS and an order email, and values that are each target's own, so that a mix-up
 * between two messages is seen. Every number is padded, so that no value is the beginning of another.
 */
import { ORDER_EMAIL } from "../src/actions/projects/demo-content.ts";

export type Channel = "sms" | "email";

export const padded = (n: number): string => String(n).padStart(6, "0");
export const userId = (n: number): string => `bench-${padded(n)}`;
export const emailOf = (n: number): string => `${userId(n)}@example.org`;
/** 555-01xx numbers are too few for a bench; these stay inside the machine all the same. */
export const phoneOf = (n: number): string => String(353_850_000_000 + n);

const COLUMNS = [
  "user_id",
  "first_name",
  "email",
  "email_subscription",
  "mobile_number",
  "sms_subscription",
  "language",
  "country",
];

/** Bodies of import/profile for people `from` to below `to`, 2,000 rows each, done before the answer. */
export function importBodies(from: number, to: number): object[] {
  const bodies: object[] = [];
  for (let start = from; start < to; start += 2_000) {
    const rows = Array.from({ length: Math.min(2_000, to - start) }, (_, i) => personRow(start + i));
    bodies.push({ columns: COLUMNS, rows, async: false });
  }
  return bodies;
}

const personRow = (n: number): unknown[] => [userId(n), nameOf(n), emailOf(n), 1, phoneOf(n), 1, "en", "IE"];

const nameOf = (n: number): string => `Name${padded(n)}`;

/** The target's own values, as a caller passes them in target_with_params. */
export function paramsOf(channel: Channel, n: number): Record<string, unknown> {
  if (channel === "sms") return { flight_num: `EI${padded(n)}`, time: "10:30", gate_num: `B${padded(n)}` };
  const items = [1, 2, 3].map((i) => ({
    name: `Item ${padded(n)}-${i}`,
    quantity: i,
    price: n + i / 10,
  }));
  return { order_id: `A-${padded(n)}`, items, total: 6 * n + 1.4, currency: "EUR" };
}

/** The whole text that target `n` must get. */
export const expectedSms = (n: number): string =>
  `Hello ${nameOf(n)}, flight EI${padded(n)} at 10:30 now leaves from gate B${padded(n)}.`;

export const expectedSubject = (n: number): string => `Your order A-${padded(n)}`;

/** Pieces that must stand in the email of target `n`; no other target's email has any of them. */
export function expectedPieces(n: number): string[] {
  const items = [1, 2, 3].map((i) => `>Item ${padded(n)}-${i}<`);
  return [`Thank you, ${nameOf(n)}`, `Your order A-${padded(n)} is`, ...items];
}

const CELL = "padding:8px 12px;border-top:1px solid #e4e7ec;font-size:14px;line-height:20px";
const SMALL = "font-size:12px;line-height:18px;color:#667085;margin:0 0 8px";

/** Puts `text` where the demo's email has `place`. @throws where it no longer has it. */
function put(html: string, place: string, text: string): string {
  if (!html.includes(place)) throw new Error(`The demo's order email has no ${place} any more.`);
  return html.replaceAll(place, text);
}

/** The demo's order email with what such emails carry besides: about 3 KB once it is rendered. */
function orderHtml(): string {
  let html = ORDER_EMAIL.messages["7"].email_html;
  html = put(
    html,
    "<p>Your order {{ order_id }} is on its way.</p>",
    `<p style="font-size:14px;line-height:20px">Your order {{ order_id }} is on its way. We send you a note as soon
as the parcel has left our house, with the number under which the carrier knows it.</p>`,
  );
  html = put(html, "padding:8px 0;border-top:1px solid #e4e7ec", CELL);
  html = put(
    html,
    "{% for item in items %}",
    `<tr>
<th align="left" style="${CELL}">Item</th>
<th align="center" style="${CELL}">Quantity</th>
<th align="right" style="${CELL}">Price</th>
</tr>
{% for item in items %}`,
  );
  return put(
    html,
    "</strong></p>{% endif %}\n",
    `</strong></p>{% endif %}
<p style="${SMALL}">You have thirty days to send anything back, unused and in its wrapping. The way to do so is
described on the slip in the parcel.</p>
<p style="${SMALL}">You get this message because of your order. It is no advertisement.</p>
`,
  );
}

/** The body of create/campaign for the order email. */
export const ORDER_CAMPAIGN = {
  ...ORDER_EMAIL,
  title: "Order confirmation (bench)",
  messages: { "7": { ...ORDER_EMAIL.messages["7"], email_html: orderHtml() } },
};
