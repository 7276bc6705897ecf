/**
 * Codes of an authenticator app (RFC 6238): six digits, thirty seconds, SHA-1, which is what all apps can do. The only
 * importer of the library.
 */
import { Secret, TOTP } from "otpauth";

const SECRET_BYTES = 20; // RFC 4226, 4: the length of SHA-1's output
const PERIOD_SECONDS = 30;
/** One step to either side: clocks of telephones differ, and typing takes a while. */
const WINDOW = 1;

/** @returns base32, as the user may type it. */
export const newTotpSecret = (): string => new Secret({ size: SECRET_BYTES }).base32;

/** What a QR code for the app holds: otpauth://totp/... */
export const totpUri = (secret: string, { issuer, account }: { issuer: string; account: string }): string =>
  new TOTP({ issuer, label: account, secret, period: PERIOD_SECONDS }).toString();

/** @returns the time step that a code belongs to, by which a replay is known; null when it is wrong or too old. */
export function totpStep(secret: string, code: string, nowMs: number): number | null {
  if (!/^\d{6}$/.test(code)) return null;
  const totp = new TOTP({ secret, period: PERIOD_SECONDS });
  const delta = totp.validate({ token: code, timestamp: nowMs, window: WINDOW });
  return delta === null ? null : Math.floor(nowMs / 1000 / PERIOD_SECONDS) + delta;
}
