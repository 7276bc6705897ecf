/** The email of the benchmark: 15 KB of table markup with a loop of ten products, and its hand-written twin. */

interface Product {
  readonly name: string;
  readonly sku: string;
  readonly price: number;
  readonly old_price: number | null;
  readonly in_stock: boolean;
  readonly url: string;
}

export interface EmailData {
  readonly first_name: string | null;
  readonly city: string;
  readonly order_date: number;
  readonly currency: string;
  readonly total: number;
  readonly products: readonly Product[];
}

const STYLE =
  "font-family:Arial,Helvetica,sans-serif;font-size:14px;line-height:20px;color:#333333;padding:0 0 12px 0;margin:0;";

const FILLER_ROW = `<tr><td align="left" valign="top" style="${STYLE}">Delivery is free above fifty. Returns are free within thirty days of delivery; keep the label.</td></tr>\n`;

export const HEAD = `<!doctype html><html><head><meta charset="utf-8"><title>Your order</title></head><body style="margin:0;padding:0;background:#f4f4f4;"><table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0">\n${FILLER_ROW.repeat(28)}`;
export const FOOT = `${FILLER_ROW.repeat(28)}</table></body></html>\n`;
const CELL = `<td align="left" valign="top" style="${STYLE}">`;

export const EMAIL_SOURCE = `${HEAD}<tr>${CELL}Dear {{ first_name|default('customer') }} from {{ city|upper }}, you ordered on {{ order_date|date('j F Y') }}:</td></tr>
{% for p in products %}
<tr>${CELL}<a href="{{ p.url }}">{{ p.name }}</a> ({{ p.sku|upper }})</td>${CELL}{{ p.price|number_format(2) }} {{ currency }}{% if p.old_price %} <s>{{ p.old_price|number_format(2) }}</s>{% endif %}{% if not p.in_stock %} <b>sent later</b>{% endif %}</td></tr>
{% endfor %}
<tr>${CELL}Total {{ total|number_format(2) }} {{ currency }}</td></tr>
${FOOT}`;

const MONTHS = "January February March April May June July August September October November December".split(
  " ",
);
const SPECIAL = /[&<>"']/;
const SPECIALS = /[&<>"']/g;
const NAMES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#039;",
};

function escape_(text: string): string {
  return SPECIAL.test(text) ? text.replace(SPECIALS, (char) => NAMES[char]!) : text;
}

function money(value: number): string {
  const digits = Math.abs(value).toFixed(2);
  let whole = digits.slice(0, -3);
  for (let end = whole.length - 3; end > 0; end -= 3) whole = `${whole.slice(0, end)},${whole.slice(end)}`;
  return (value < 0 ? "-" : "") + whole + digits.slice(-3);
}

function day(seconds: number): string {
  const date = new Date(seconds * 1000);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

/** What a careful programmer would write for this one email. */
export function writeEmail(data: EmailData): string {
  let out = `${HEAD}<tr>${CELL}Dear ${escape_(data.first_name || "customer")} from ${escape_(data.city.toUpperCase())}, you ordered on ${escape_(day(data.order_date))}:</td></tr>\n`;
  for (const p of data.products) {
    out += `<tr>${CELL}<a href="${escape_(p.url)}">${escape_(p.name)}</a> (${escape_(p.sku.toUpperCase())})</td>${CELL}${escape_(money(p.price))} ${escape_(data.currency)}`;
    if (p.old_price) out += ` <s>${escape_(money(p.old_price))}</s>`;
    if (!p.in_stock) out += " <b>sent later</b>";
    out += "</td></tr>\n";
  }
  return `${out}<tr>${CELL}Total ${escape_(money(data.total))} ${escape_(data.currency)}</td></tr>\n${FOOT}`;
}

/** Data of the person number `seed`; every field differs from person to person. */
export function emailData(seed: number): EmailData {
  return {
    first_name: seed % 5 === 0 ? null : `Name${seed} & Co`,
    city: `City ${seed}`,
    order_date: 1_700_000_000 + seed * 7919,
    currency: "EUR",
    total: 1234.5 + seed,
    products: Array.from({ length: 10 }, (_, i) => ({
      name: i % 3 === 0 ? `Bread & butter ${seed}` : `Product ${i} of ${seed}`,
      sku: `sku-${seed}-${i}`,
      price: 10.25 * (i + 1) + seed,
      old_price: i % 2 === 0 ? 20.5 * (i + 1) : null,
      in_stock: i % 4 !== 0,
      url: `https://shop.example/p/${seed}/${i}?a=1`,
    })),
  };
}
