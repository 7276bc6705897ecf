/** What is wrong with the settings of an SMS provider, as far as it shows without the provider. */
import type { Finding } from "../gateway.ts";
import { bodyOf, contentTypeOf, headersOf, type SmsHttpSettings } from "./settings.ts";
import { hasPlaceholder, PLACEHOLDERS, unknownPlaceholders } from "./template.ts";

export function findSmsHttpProblems(settings: SmsHttpSettings): Finding[] {
  return [
    ...urlProblems(settings),
    ...placeholderProblems(settings),
    ...bodyProblems(settings),
    ...keyProblems(settings),
  ];
}

const templatesOf = (settings: SmsHttpSettings): { setting: string; template: string }[] => [
  { setting: "SMS_URL", template: settings.url },
  { setting: "SMS_BODY", template: bodyOf(settings) },
  ...Object.values(headersOf(settings)).map((template) => ({
    setting: "SMS_HEADERS",
    template,
  })),
];

function urlProblems({ url }: SmsHttpSettings): Finding[] {
  const finding = (problem: string): Finding[] => [{ setting: "SMS_URL", problem }];
  // A placeholder in the host would let a phone number or a text choose whom we call.
  const authority = /^[a-z]+:\/\/([^/?#]*)/i.exec(url)?.[1] ?? "";
  if (/[{}]/.test(authority)) return finding("A placeholder cannot stand in the host or port.");
  if (!URL.canParse(url)) return finding("This is not an absolute URL.");
  const { protocol, username } = new URL(url);
  if (protocol !== "http:" && protocol !== "https:") return finding("Only http and https are allowed.");
  if (username !== "") return finding("Put the credentials into SMS_HEADERS, as Authorization.");
  return [];
}

function placeholderProblems(settings: SmsHttpSettings): Finding[] {
  const findings = templatesOf(settings).flatMap(({ setting, template }) =>
    unknownPlaceholders(template).map((name) => ({
      setting,
      problem: `{{${name}}} means nothing here; there are ${PLACEHOLDERS.map((one) => `{{${one}}}`).join(", ")}.`,
    })),
  );
  for (const name of ["to", "text"] as const) {
    if (templatesOf(settings).some(({ template }) => hasPlaceholder(template, name))) continue;
    findings.push({ setting: "SMS_BODY", problem: `Neither URL, headers nor body have {{${name}}}.` });
  }
  return findings;
}

function bodyProblems(settings: SmsHttpSettings): Finding[] {
  const body = bodyOf(settings);
  if (body === "" || !contentTypeOf(settings).toLowerCase().includes("json")) return [];
  try {
    // A 0 is JSON both inside and outside of quotes.
    JSON.parse(body.replaceAll(/\{\{\s*[A-Za-z_]+\s*\}\}/g, "0"));
    return [];
  } catch {
    return [{ setting: "SMS_BODY", problem: "This is no JSON once the placeholders are filled." }];
  }
}

function keyProblems(settings: SmsHttpSettings): Finding[] {
  if (settings.ability !== "keyed") return [];
  if (templatesOf(settings).some(({ template }) => hasPlaceholder(template, "key"))) return [];
  return [
    { setting: "SMS_ABILITY", problem: "A keyed provider must be given {{key}}, or it cannot tell twins." },
  ];
}
