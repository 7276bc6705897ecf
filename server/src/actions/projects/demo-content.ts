/** What the demo project is seeded with. The people are made up; their addresses lead nowhere (RFC 2606, 555-01xx). */
import type { ProfileChange } from "../../domain/profile.ts";

const person = (
  userId: string,
  firstName: string,
  phone: string,
): { userId: string; change: ProfileChange } => ({
  userId,
  change: {
    system: {
      first_name: firstName,
      email: `${userId}@example.org`,
      email_subscription: 1,
      mobile_number: phone,
      sms_subscription: 1,
      language: "en",
      timezone: "Europe/Dublin",
      country: "IE",
    },
    attributes: {},
  },
});

export const DEMO_PROFILES = [
  person("traveller-1", "Ada", "12025550101"),
  person("traveller-2", "Brendan", "12025550102"),
  person("traveller-3", "Chiara", "12025550103"),
  person("traveller-4", "Dmitri", "12025550104"),
  person("traveller-5", "Eve", "12025550105"),
];

export const FLIGHT_SMS = {
  title: "Flight gate change",
  trigger: 3,
  active: 1,
  sms: 1,
  messages: {
    "9": {
      sms_from: "Carillon",
      sms_text:
        "Hello {{ first_name|default('traveller') }}, flight {{ flight_num }} at {{ time }} now leaves from gate {{ gate_num }}.",
    },
  },
};

const ORDER_HTML = `<!doctype html>
<html lang="en">
<body style="margin:0;background:#f4f5f7;font-family:Helvetica,Arial,sans-serif;color:#1c2330">
<table role="presentation" width="100%"><tr><td align="center" style="padding:24px">
<table role="presentation" width="560" style="max-width:100%;background:#ffffff;border-radius:8px">
<tr><td style="padding:24px">
<h1 style="font-size:20px;margin:0 0 12px">Thank you, {{ first_name|default("and welcome") }}</h1>
<p>Your order {{ order_id }} is on its way.</p>
<table role="presentation" width="100%" style="border-collapse:collapse">
{% for item in items %}
<tr>
<td style="padding:8px 0;border-top:1px solid #e4e7ec">{{ item.name }}</td>
<td style="padding:8px 0;border-top:1px solid #e4e7ec" align="center">{{ item.quantity|default(1) }}</td>
<td style="padding:8px 0;border-top:1px solid #e4e7ec" align="right">{{ item.price|number_format(2) }} {{ currency|default("EUR") }}</td>
</tr>
{% else %}
<tr><td>Your receipt will list the items.</td></tr>
{% endfor %}
</table>
{% if total %}<p align="right"><strong>Total {{ total|number_format(2) }} {{ currency|default("EUR") }}</strong></p>{% endif %}
</td></tr></table>
</td></tr></table>
</body>
</html>`;

export const ORDER_EMAIL = {
  title: "Order confirmation",
  trigger: 3,
  active: 1,
  email: 1,
  messages: {
    "7": {
      email_from: "orders@example.org",
      email_from_name: "Demo Shop",
      email_subject: "Your order {{ order_id }}",
      email_html: ORDER_HTML,
      email_text:
        "Thank you, {{ first_name }}. Your order {{ order_id }}:{% for item in items %}\n- {{ item.name }}: {{ item.price|number_format(2) }}{% endfor %}",
    },
  },
};

export const WEB_PUSH = {
  title: "Promotion push",
  trigger: 3,
  active: 1,
  web_push: 1,
  messages: {
    "3": { push_title: "{{ promo_name }}", push_text: "{{ first_name }}, use code {{ promo_code }}." },
  },
};
