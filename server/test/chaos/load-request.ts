/**
 * The overload run's calls: one target each, every second one with an Idempotency-Key, all of them different. A mark,
 * the call's number, comes out again in the message and stands with the execution.
 */
import { personId } from "./call-plan.ts";

const DIGITS = 9;

export const markOf = (no: number): string => String(no).padStart(DIGITS, "0");
export const isKeyed = (no: number): boolean => no % 2 === 1;

export function bodyOf(no: number, from: RequestSource): string {
  const mark = markOf(no);
  return JSON.stringify({
    apptoken: from.apptoken,
    id: from.campaignId,
    target_by: "user_id",
    target: [personId(no % from.people)],
    params: { mark, external_message_id: mark },
  });
}

export interface RequestSource {
  readonly apptoken: string;
  readonly campaignId: number;
  readonly people: number;
}

/** @returns what makes a call's bytes: the text around the numbers is made once for each person and kind. */
export function createRequests(from: RequestSource & { readonly host: string }): (no: number) => Buffer {
  const templates = new Map<number, { bytes: Buffer; places: number[] }>();
  const templateOf = (no: number): { bytes: Buffer; places: number[] } => {
    const kind = (no % from.people) * 2 + Number(isKeyed(no));
    const known = templates.get(kind);
    if (known !== undefined) return known;
    const bytes = Buffer.from(requestText(no, from));
    const made = { bytes, places: placesOf(bytes, markOf(no)) };
    templates.set(kind, made);
    return made;
  };
  return (no) => {
    const { bytes, places } = templateOf(no);
    const copy = Buffer.from(bytes);
    const mark = markOf(no);
    for (const place of places) copy.write(mark, place, "latin1");
    return copy;
  };
}

function requestText(no: number, from: RequestSource & { readonly host: string }): string {
  const body = bodyOf(no, from);
  const key = isKeyed(no) ? `Idempotency-Key: overload-${markOf(no)}\r\n` : "";
  return (
    `POST /api/external/execute/campaign HTTP/1.1\r\nHost: ${from.host}\r\nContent-Type: application/json\r\n` +
    `${key}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  );
}

function placesOf(bytes: Buffer, mark: string): number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(mark); at !== -1; at = bytes.indexOf(mark, at + DIGITS)) places.push(at);
  return places;
}
