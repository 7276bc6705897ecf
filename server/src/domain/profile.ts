/** A profile: one person of a project. Names of system columns are the wire's (decisions: profiles and their data). */

export const SYSTEM_COLUMNS = [
  "email",
  "email_subscription",
  "mobile_number",
  "sms_subscription",
  "whatsapp_number",
  "whatsapp_subscription",
  "first_name",
  "last_name",
  "language",
  "timezone",
  "country",
] as const;
export type SystemColumn = (typeof SYSTEM_COLUMNS)[number];

export type SystemValues = { readonly [column in SystemColumn]: string | number | null };

export interface Profile {
  readonly id: number;
  readonly bucket: number;
  readonly userId: string | null;
  readonly system: SystemValues;
  /** Custom attributes by name; empty when the reader did not ask for them. */
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** A change of one profile. A name that is absent stays as it is; null clears. */
export interface ProfileChange {
  readonly system: Readonly<Partial<Record<SystemColumn, string | number | null>>>;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** The profile after the change. Pure: the same input gives the same output. */
export function applyChange(profile: Profile, change: ProfileChange): Profile {
  const attributes: Record<string, unknown> = { ...profile.attributes };
  for (const [name, value] of Object.entries(change.attributes)) {
    if (value === null) delete attributes[name];
    else attributes[name] = value;
  }
  return { ...profile, system: { ...profile.system, ...change.system } as SystemValues, attributes };
}

/** lookup_keys.kind: what else than the user id leads to a person. */
export const KEY_KINDS = { email: 1, mobile: 2, token: 3 } as const;
export type KeyKind = (typeof KEY_KINDS)[keyof typeof KEY_KINDS];

export interface LookupKey {
  readonly kind: KeyKind;
  readonly key: string;
}

/** An address matches whatever the case of its letters (decisions: local parts fold case for matching only). */
export const emailKey = (address: string): string => address.toLowerCase();

export function lookupKeysOf(profile: Profile): LookupKey[] {
  const keys: LookupKey[] = [];
  const { email, mobile_number: mobile } = profile.system;
  if (typeof email === "string") keys.push({ kind: KEY_KINDS.email, key: emailKey(email) });
  if (typeof mobile === "string") keys.push({ kind: KEY_KINDS.mobile, key: mobile });
  return keys;
}

/**
 * What a template may read of a person, as one layer of values. System columns and custom attributes share one
 * flat name space, as on the wire; a custom attribute cannot carry a system column's name.
 */
export function profileLayer(profile: Profile): Record<string, unknown> {
  return { ...profile.attributes, ...profile.system, user_id: profile.userId, profile_id: profile.id };
}
