/** A user profile as /api/app gives it, and what its attributes are called. */
import { useChange } from "../../api/use-change.ts";

export type Consent = 0 | 1 | null;

export interface ProfileRow {
  readonly id: number;
  readonly user_id: string | null;
  readonly email: string | null;
  readonly email_subscription: Consent;
  readonly mobile_number: string | null;
  readonly sms_subscription: Consent;
  readonly first_name: string | null;
  readonly last_name: string | null;
  readonly create_time: number;
  readonly update_time: number;
}

export interface Profile {
  readonly id: number;
  readonly user_id: string | null;
  readonly create_time: number;
  readonly update_time: number;
  readonly system: Readonly<Record<string, string | number | null>>;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** Addresses with the attribute that says whether they may be used. */
export const ADDRESSES = [
  { name: "email", consent: "email_subscription", label: "Email" },
  { name: "mobile_number", consent: "sms_subscription", label: "Mobile number" },
  { name: "whatsapp_number", consent: "whatsapp_subscription", label: "WhatsApp number" },
] as const;

export const SYSTEM_LABELS: Readonly<Record<string, string>> = {
  first_name: "First name",
  last_name: "Last name",
  language: "Language",
  timezone: "Time zone",
  country: "Country",
};

const NAMED = ["first_name", "last_name"] as const;

/** The best that a person can be called by. */
export function nameOf(
  person: Partial<Record<(typeof NAMED)[number] | "email" | "mobile_number", unknown>>,
): string {
  const full = NAMED.map((part) => person[part])
    .filter((part) => typeof part === "string" && part !== "")
    .join(" ");
  return full || String(person.email ?? person.mobile_number ?? "");
}

export type AttributeEdit = Readonly<Record<string, unknown>>;

/** Writes attributes of one profile: "" clears, what is not named stays. */
export const useProfileEdit = (id: number, onDone: () => void) =>
  useChange<AttributeEdit, Profile>({
    ask: (attributes) => ({ method: "PATCH", path: `/profiles/${id}`, body: { attributes } }),
    touches: ["profiles", "names"],
    onDone,
  });
