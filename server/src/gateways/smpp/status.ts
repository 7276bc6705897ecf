/** What the command status of a submit_sm_resp means for the message (SMPP 3.4, 5.1.3). */
import smpp from "smpp";
import type { SendOutcome } from "../gateway.ts";
import { accepted, later, rejected } from "../outcomes.ts";

/** Not this message's fault: too fast, full, or the SMSC or our bind is in trouble. */
const BROKEN: ReadonlySet<string> = new Set([
  "ESME_RTHROTTLED",
  "ESME_RMSGQFUL",
  "ESME_RSYSERR",
  "ESME_RINVBNDSTS",
  "ESME_RALYBND",
  "ESME_RBINDFAIL",
  "ESME_RINVPASWD",
  "ESME_RINVSYSID",
]);
/** Temporary, and about this message: the SMSC could not submit it now, or an application's temporary error. */
const AGAIN: ReadonlySet<string> = new Set(["ESME_RSUBMITFAIL", "ESME_RX_T_APPN"]);

const NAMES = new Map(Object.entries(smpp.errors).map(([name, status]) => [status, name]));

/** The status in the specification's words, and as a number for those that a vendor made up. */
export function statusWords(status: number): string {
  return `${NAMES.get(status) ?? "vendor status"} (0x${status.toString(16).padStart(8, "0")})`;
}

/** @param messageId of the first part; "" where the SMSC gave none. */
export function outcomeOfStatus(status: number, messageId: string): SendOutcome {
  if (status === 0) return accepted(messageId);
  const name = NAMES.get(status) ?? "";
  if (BROKEN.has(name)) return later(statusWords(status), { brokenGateway: true });
  if (AGAIN.has(name)) return later(statusWords(status), { brokenGateway: false });
  return rejected(statusWords(status));
}
