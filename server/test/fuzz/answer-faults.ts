/** The rules that every answer keeps, whatever was asked (bad-input catalogue, rules; decisions: transport). */
import { type RawAnswer, refusalFaults } from "../raw-http.ts";
import type { FuzzRequest } from "./requests.ts";

/** What is wrong with an answer; empty when nothing is. */
export function answerFaults(request: FuzzRequest, answer: RawAnswer): string[] {
  if (answer.status === 0) return ["the connection ended without an answer"];
  const faults = [...statusFaults(answer), ...headerFaults(answer)];
  if (answer.text.includes(FOREIGN) && !String(request.body ?? "").includes(FOREIGN))
    faults.push("tells of another project");
  return [...faults, ...formFaults(request, answer)];
}

/** Stands in everything of the other project. */
export const FOREIGN = "canary-of-another";

function statusFaults({ status, headers }: RawAnswer): string[] {
  // 503 is documented: too busy, try again; and says when.
  if (status === 503) return headers.has("retry-after") ? [] : ["503 without Retry-After"];
  return status >= 500 ? [`status ${status}`] : [];
}

function headerFaults({ headers }: RawAnswer): string[] {
  const faults: string[] = [];
  if ((headers.get("x-request-id") ?? "") === "") faults.push("no x-request-id");
  if (headers.get("cache-control") !== "no-store")
    faults.push(`cache-control ${headers.get("cache-control")}`);
  return faults;
}

/** Whatever is no HTTP, or names no route, is answered by the server itself in the External API's form. */
function formFaults(request: FuzzRequest, answer: RawAnswer): string[] {
  if (request.door === "oauth") return oauthFaults(answer);
  if (request.door === "app") return appFaults(answer);
  return answer.status >= 400 ? refusalFaults(answer, answer.status) : successFaults(answer);
}

function successFaults({ status, body, text }: RawAnswer): string[] {
  if (typeof body !== "object" || body === null) return [`no JSON object: ${text.slice(0, 200)}`];
  const faults: string[] = [];
  if (body.code !== status) faults.push(`code ${body.code} beside status ${status}`);
  if (body.success !== true) faults.push(`success ${body.success}`);
  if (body.total !== undefined && !Number.isSafeInteger(body.total)) faults.push(`total ${body.total}`);
  if (body.data !== undefined && !Array.isArray(body.data)) faults.push("data is no list");
  return faults;
}

function oauthFaults(answer: RawAnswer): string[] {
  const { status, body, text } = answer;
  if (typeof body !== "object" || body === null) return [`no JSON object: ${text.slice(0, 200)}`];
  if (status < 400) return typeof body.access_token === "string" ? [] : ["no access_token"];
  // A method that no route knows is refused by the server itself, in the External API's form.
  if (status === 405) return refusalFaults(answer, status);
  if (typeof body.error === "string" && typeof body.error_description === "string")
    return refusalFaults(answer, status);
  return [`no RFC 6749 error: ${text.slice(0, 200)}`];
}

function appFaults({ status, headers, body, text }: RawAnswer): string[] {
  if (status < 400) {
    const isFile = headers.get("content-type")?.startsWith("text/csv") === true;
    return isFile || body?.data !== undefined ? [] : [`no data: ${text.slice(0, 200)}`];
  }
  const { code, message, errors } = body?.error ?? {};
  const faults: string[] = [];
  if (typeof code !== "string" || code === "") faults.push(`error.code ${code}: ${text.slice(0, 200)}`);
  if (typeof message !== "string" || message === "") faults.push(`error.message ${message}`);
  const lists = Object.values(errors ?? {});
  const areSentences = lists.every(
    (list) =>
      Array.isArray(list) && list.length > 0 && list.every((one) => typeof one === "string" && one !== ""),
  );
  if (!areSentences) faults.push(`errors are no lists of sentences: ${JSON.stringify(errors).slice(0, 300)}`);
  return faults;
}
