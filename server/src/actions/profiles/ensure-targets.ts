/**
 * Create-on-execute: a target that is not known becomes a profile, and the four system attributes that the call
 * passes for it are written (evidence: execute, target_existing_only). Values that are not valid are left out: the
 * message then ends for lack of an address, and says so.
 */
import { parseEmail, parseFlag, parsePhone } from "../../domain/address.ts";
import type { ProfileChange, SystemColumn } from "../../domain/profile.ts";
import type { Context } from "../context.ts";
import { upsertProfiles } from "./upsert-profiles.ts";

export interface TargetPerson {
  readonly userId: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export async function ensureTargets(
  context: Context,
  projectId: number,
  people: readonly TargetPerson[],
): Promise<void> {
  if (people.length === 0) return;
  const rows = people.map(({ userId, params }) => ({ userId, email: null, change: changeOf(params) }));
  await upsertProfiles(context, projectId, rows);
}

type Reader = (value: unknown) => string | number | null;

const readEmail: Reader = (value) => {
  const parsed = parseEmail(value);
  return parsed.ok ? parsed.value.address : null;
};
const readPhone: Reader = (value) => {
  const parsed = parsePhone(value);
  return parsed.ok ? parsed.value : null;
};
const readFlag: Reader = (value) => {
  const parsed = parseFlag(value);
  return parsed.ok ? parsed.value : null;
};

/** `mobile_subscription` is execute's name for `sms_subscription` (evidence: traps, 13). */
const PASSED: readonly (readonly [param: string, column: SystemColumn, read: Reader])[] = [
  ["email", "email", readEmail],
  ["email_subscription", "email_subscription", readFlag],
  ["mobile_number", "mobile_number", readPhone],
  ["mobile_subscription", "sms_subscription", readFlag],
  ["sms_subscription", "sms_subscription", readFlag],
];

function changeOf(params: Readonly<Record<string, unknown>>): ProfileChange {
  const system: Partial<Record<SystemColumn, string | number>> = {};
  for (const [param, column, read] of PASSED) {
    const value = params[param];
    const parsed = value === undefined || value === null ? null : read(value);
    if (parsed !== null) system[column] = parsed;
  }
  return { system, attributes: {} };
}
