/** A user profile as /api/app gives it, and what its attributes are called. */
import type { ProfileView as Profile } from "../../../../server/src/actions/profiles/find-profiles.ts";
import { useChange } from "../../api/use-change.ts";

export type { ProfileRowView as ProfileRow } from "../../../../server/src/actions/profiles/find-profiles.ts";
export type { Profile };

/** Addresses with the attribute that says whether they may be used. */
export const ADDRESSES = [
  { name: "email", consent: "email_subscription", label: "Email" },
  { name: "mobile_number", consent: "sms_subscription", label: "Mobile number" },
  { name: "whatsapp_number", consent: "whatsapp_subscription", label: "WhatsApp number" },
] as const;

/** The columns that are shown besides the addresses. */
export const SYSTEM_LABELS = [
  ["first_name", "First name"],
  ["last_name", "Last name"],
  ["language", "Language"],
  ["timezone", "Time zone"],
  ["country", "Country"],
] as const satisfies readonly (readonly [name: keyof Profile["system"], label: string])[];

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
