/** What a campaign may not say: each refusal names its field in words. */
import { expect, test } from "vitest";
import { leastWorkMs, onThisMachine } from "../../../twig/test/work-time.ts";
import { parseCampaign } from "./campaign-model.ts";

type Body = Record<string, unknown>;

function refused(body: Body): Record<string, string[]> {
  const result = parseCampaign(body, { creating: true });
  if (result.ok) throw new Error("accepted");
  return { ...result.error };
}

const SMS = { title: "Gate", trigger: 3, sms: 1, sms_text: "Gate {{gate}}" };

const rows: [string, Body, Record<string, string[]>][] = [
  ["no title", { sms: 1, sms_text: "x" }, { title: ["Title cannot be blank."] }],
  ["blank title and text", { title: " ", web_push: 1 }, { title: ["Title cannot be blank."] }],
  ["title too long", { title: "x".repeat(256) }, { title: ["Title must have at most 255 characters."] }],
  [
    "title with a line break",
    { title: "a\nb" },
    { title: ["Title must not contain line breaks or control characters."] },
  ],
  [
    "email without anything",
    { title: "T", email: 1 },
    { email_subject: ["Email Subject cannot be blank."], email_html: ["Email Html cannot be blank."] },
  ],
  ["sms without text", { title: "T", sms: 1, sms_text: "  " }, { sms_text: ["Sms Text cannot be blank."] }],
  ["webhook without url", { title: "T", webhook: 1 }, { webhook_url: ["Webhook Url cannot be blank."] }],
  [
    "webhook to another scheme",
    { title: "T", webhook: 1, webhook_url: "ftp://example.org/{{ user_id }}" },
    { webhook_url: ["Webhook Url must be an http or https URL."] },
  ],
  [
    "webhook to a path",
    { title: "T", webhook: 1, webhook_url: "/x" },
    { webhook_url: ["Webhook Url must be an http or https URL."] },
  ],
  ["trigger 4", { title: "T", trigger: 4 }, { trigger: ["Trigger must be one of 0, 1, 2, 3."] }],
  ["a flag of 2", { title: "T", sms: 2 }, { sms: ["Sms must be 0 or 1."] }],
  [
    "picture of another type",
    { title: "T", push_picture_type: "file" },
    { push_picture_type: ["Push Picture Type must be one of url."] },
  ],
  [
    "environment",
    { title: "T", ios: { environment: "test" } },
    { "ios.environment": ["Ios.environment must be one of production, sandbox."] },
  ],
  [
    "messages as a list",
    { title: "T", messages: [{}] },
    { messages: ["Messages must be an object of messages by type."] },
  ],
  [
    "messages of type 99",
    { title: "T", messages: { "99": {} } },
    { "messages.99": ["Messages.99 is not a message type."] },
  ],
  [
    "messages by name",
    { title: "T", messages: { sms: {} } },
    { "messages.sms": ["Messages.sms is not a message type."] },
  ],
  [
    "a message as text",
    { title: "T", messages: { "9": "x" } },
    { "messages.9": ["Messages.9 must be an object."] },
  ],
  [
    "a field inside a message",
    { title: "T", messages: { "9": { sms_text: { x: 1 } } } },
    { "messages.9.sms_text": ["Messages.9.sms_text must be text."] },
  ],
  [
    "subject with a line break",
    { title: "T", email_subject: "a\r\nBcc: x@y" },
    { email_subject: ["Email Subject must not contain line breaks or control characters."] },
  ],
  [
    "retry without unit",
    { ...SMS, retry_for: 2 },
    { retry_for_period: ["Retry For Period cannot be blank."] },
  ],
  [
    "retry -1",
    { ...SMS, retry_for: -1, retry_for_period: "weeks" },
    { retry_for: ["Retry For must be a whole number, 0 or more."] },
  ],
  [
    "retry 2.5",
    { ...SMS, retry_for: 2.5, retry_for_period: "weeks" },
    { retry_for: ["Retry For must be a whole number, 0 or more."] },
  ],
  [
    "retry too long",
    { ...SMS, retry_for: 1e9, retry_for_period: "weeks" },
    { retry_for: ["Retry For must not exceed a year."] },
  ],
  [
    "retry unit",
    { ...SMS, retry_for: 2, retry_for_period: "fortnights" },
    { retry_for_period: ["Retry For Period must be one of minutes, hours, days, weeks, months."] },
  ],
  [
    "inbox expiry without unit",
    { title: "T", inbox_expire_for: 2 },
    { "messages.6.inbox_expire_for_period": ["Messages.6.inbox_expire_for_period cannot be blank."] },
  ],
  [
    "payload as text",
    { title: "T", payload_add: "x" },
    { payload_add: ["Payload Add must be a list of key and value."] },
  ],
  [
    "payload without key",
    { title: "T", payload_add: [{ value: 1 }] },
    { payload_add: ["Payload Add entry 0 must have a key and a value."] },
  ],
  [
    "payload of APNs",
    {
      title: "T",
      payload_add: [
        { key: "a", value: 1 },
        { key: "aps", value: {} },
      ],
    },
    { payload_add: ["Payload Add entry 1 has the key aps, which is reserved by the push providers."] },
  ],
  [
    "payload over 4 KB",
    {
      title: "T",
      payload_add: [
        { key: "a", value: "x".repeat(2_500) },
        { key: "b", value: "x".repeat(2_500) },
      ],
    },
    { payload_add: ["Payload Add must be at most 4 KB in all."] },
  ],
  [
    "header name",
    { title: "T", webhook_headers: [{ key: "X Y", value: "1" }] },
    { webhook_headers: ["Webhook Headers entry 0 is not a header name."] },
  ],
  [
    "header of the transport",
    { title: "T", webhook_headers: { Host: "x" } },
    { webhook_headers: ["Webhook Headers entry 0 has the header Host, which belongs to the transport."] },
  ],
  [
    "header with a line break",
    { title: "T", webhook_headers: { X: "a\r\nY: b" } },
    { webhook_headers: ["Webhook Headers entry 0 has line breaks or control characters in its value."] },
  ],
  [
    "link with a space",
    { title: "T", url: "https://x y" },
    { url: ["Url must not contain spaces outside placeholders."] },
  ],
  [
    "post-back that is no URL",
    { title: "T", postback_url: "ftp://x" },
    { postback_url: ["Postback Url must be an http or https URL."] },
  ],
  [
    "post-back event",
    { title: "T", postback_events: ["message_seen"] },
    {
      postback_events: [
        expect.stringContaining("Postback Events entry 0 must be one of message_send"),
      ] as string[],
    },
  ],
  [
    "conditions as text",
    { title: "T", conditions: "everybody" },
    { conditions: ["Conditions must be an object or a list."] },
  ],
  [
    "conditions too long",
    { title: "T", conditions: ["x".repeat(262_144)] },
    { conditions: ["Conditions must have at most 262144 characters."] },
  ],
  [
    "language code",
    { title: "T", messages: { 9: { languages: { "english!": {} } } } },
    { "messages.9.languages.english!": ["Messages.9.languages.english! is not a language code."] },
  ],
];
test.each(rows)("%s is refused", (_name, body, errors) => {
  expect(refused(body)).toEqual(errors);
});

test.each(["aps", "APS", "gcm", "gcm.x", "google.c.a.e", "from", "message_type"])(
  "the payload key %s is reserved",
  (key) => {
    expect(Object.keys(refused({ title: "T", payload_add: { [key]: "x" } }))).toEqual(["payload_add"]);
  },
);

test("a link of many placeholders and a space ends at once", () => {
  const url = `${"{{a}}".repeat(400)} x`;
  const maxMs = onThisMachine(50);
  const work = () => expect(Object.keys(refused({ title: "T", url }))).toEqual(["url"]);
  expect(leastWorkMs(work, maxMs)).toBeLessThan(maxMs);
});
