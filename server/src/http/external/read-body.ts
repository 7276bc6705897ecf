/**
 * From the bytes of a request to a plain object. Callers send JSON under any Content-Type, and one sends PHP-style
 * form fields (evidence: campaign API, section 1), so the first byte decides. After this everything in the body can be
 * stored, nests at most 32 deep and says each guarded name once.
 */
import { type FieldErrors, fail, ok, type Result } from "../../base/result.ts";
import { LONG_FIELDS } from "../../domain/campaign-fields.ts";
import { isRecord, keyPath, sentence } from "../../domain/field-label.ts";
import { type Fault, findFault, findFaultInLong, MAX_DEPTH } from "../../domain/storable-value.ts";
import { readForm } from "./form-body.ts";
import { repeatedTargets, scanJson } from "./json-scan.ts";

export interface BodyFault {
  readonly status: 400 | 413;
  readonly message: string;
  readonly errors?: FieldErrors;
}

type Body = Record<string, unknown>;

const MAX_NAMED = 20; // as many refusals as an answer carries for one field
const MAX_TOKEN = 1_024; // far above any of ours
const OPEN_OBJECT = 0x7b;
// At the top these could only be an attack on whoever merges the body; deeper down `constructor` is plain data.
const REFUSED_NAMES = ["__proto__", "constructor"];

const notJson = () => fail<BodyFault>({ status: 400, message: "Body must be a JSON object." });

function invalid(faults: readonly Fault[]) {
  const errors: FieldErrors = Object.create(null) as FieldErrors;
  for (const { path, predicate } of faults) errors[path] = [sentence(path, predicate)];
  return fail<BodyFault>({ status: 400, message: "The request is not valid.", errors });
}

/** The index of the first byte that is neither byte order mark nor JSON white space. */
function firstByte(bytes: Buffer): number {
  let index = bytes.length >= 3 && bytes.readUIntBE(0, 3) === 0xefbbbf ? 3 : 0;
  while (index < bytes.length && [0x20, 0x09, 0x0a, 0x0d].includes(bytes[index]!)) index += 1;
  return index;
}

function decode(bytes: Buffer): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/**
 * The body as an object, or why it is refused. Size limits of whole bodies belong to the server in front of this.
 * 4.4 MB of execute (10,000 targets with five params each) take 20 to 30 ms on one core, a third to half of it
 * JSON.parse's.
 */
export function readBody(bytes: Buffer): Result<Body, BodyFault> {
  const start = firstByte(bytes);
  if (start === bytes.length) {
    return fail({
      status: 400,
      message: "The request is not valid.",
      errors: { body: ["Body cannot be blank."] },
    });
  }
  const text = decode(bytes);
  if (text === null) return fail({ status: 400, message: "Body must be valid UTF-8." });
  const body = bytes[start] === OPEN_OBJECT ? readJson(text, bytes, start) : readFields(text);
  return body.ok ? checked(body.value) : body;
}

function readFields(text: string): Result<Body, BodyFault> {
  const trimmed = text.trim();
  if (/^--\S+\r?\ncontent-disposition:/i.test(trimmed)) {
    const message = "Body must be a JSON object or a form, not multipart/form-data.";
    return fail({ status: 400, message });
  }
  // A list, a bare string, `null` or a number is JSON of the wrong kind, not a form.
  if (!/^[^["=]/.test(trimmed) || !trimmed.includes("=")) return notJson();
  const form = readForm(trimmed);
  return form.ok ? form : invalid([form.error]);
}

function readJson(text: string, bytes: Buffer, start: number): Result<Body, BodyFault> {
  const scan = scanJson(bytes, start);
  if (scan.isTooDeep) return invalid([{ path: "body", predicate: `is nested deeper than ${MAX_DEPTH}` }]);
  let body: Body;
  try {
    body = JSON.parse(text) as Body;
  } catch {
    return notJson();
  }
  const predicate = "is given twice";
  if (scan.repeated.length > 0) return invalid(scan.repeated.map((path) => ({ path, predicate })));
  const targets = isRecord(body.target_with_params) ? body.target_with_params : {};
  // Counting is enough to know that there are twins, and far cheaper than a set of 100,000 names.
  if (Object.keys(targets).length !== scan.targetKeys) {
    const keys = repeatedTargets(bytes, start, MAX_NAMED);
    return invalid(keys.map((key) => ({ path: keyPath("target_with_params", key), predicate })));
  }
  return ok(body);
}

function checked(body: Body): Result<Body, BodyFault> {
  const refused = REFUSED_NAMES.filter((name) => Object.hasOwn(body, name));
  if (refused.length > 0) {
    return invalid(refused.map((path) => ({ path, predicate: "is not allowed as a name" })));
  }
  const fault = faultIn(body);
  return fault === null ? ok(body) : invalid([{ ...fault, path: fault.path.slice(1) }]); // less the dot before it
}

/** Templates of a campaign have a limit of their own, far above that of other texts: an email's HTML passes 64 KiB. */
function faultIn(body: Body): Fault | null {
  const long = LONG_FIELDS.filter((name) => Object.hasOwn(body, name));
  // A token of that length is a wrong credential (401), as every other wrong one, and no fault of a field.
  const isLongToken = typeof body.apptoken === "string" && body.apptoken.length > MAX_TOKEN;
  if (long.length === 0 && !isLongToken) return findFault(body, "");
  const rest: Record<string, unknown> = isLongToken ? { ...body, apptoken: "" } : { ...body };
  for (const name of long) delete rest[name];
  return (
    findFault(rest, "") ?? findFaultInLong(Object.fromEntries(long.map((name) => [name, body[name]])), "")
  );
}
