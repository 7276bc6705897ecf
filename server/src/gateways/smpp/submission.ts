/**
 * An SMS as submit_sm fields (SMPP 3.4, 4.4.1): encoding, cutting with a concatenation header, and the type of
 * each address.
 */
import { fail, ok, type Result } from "../../base/result.ts";
import { smsBytes, splitSms } from "../../domain/sms-parts.ts";

export type SubmitFields = Readonly<Record<string, unknown>>;

export interface SmsToSubmit {
  readonly key: string;
  /** Digits, without plus. */
  readonly to: string;
  /** Digits, a name of at most 11 characters, or "" to leave it to the SMSC. */
  readonly from: string;
  readonly text: string;
}

interface Address {
  readonly ton: number;
  readonly npi: number;
  readonly address: string;
}

/** 5.2.5 and 5.2.6: type of number and numbering plan. */
const INTERNATIONAL = { ton: 1, npi: 1 };
const SHORT_CODE = { ton: 3, npi: 0 };
const ALPHANUMERIC = { ton: 5, npi: 0 };
const UNSPECIFIED = { ton: 0, npi: 0 };

const DATA_CODING = { gsm7: 0, ucs2: 8 };
const UDH_INDICATOR = 0x40;
/** 23.040, 9.2.3.24.1 gives the count of parts one octet; ten times that is no SMS any more but a mistake. */
const MAX_PARTS = 255;

/** The submit_sm fields of every part in order, or why the message cannot be sent. */
export function submissionsOf(sms: SmsToSubmit): Result<SubmitFields[], string> {
  if (!/^\d{1,20}$/.test(sms.to)) return fail("The number is not made of digits.");
  const source = sourceOf(sms.from);
  if (source === null) return fail("The sender is neither a number nor a name of at most 11 characters.");
  const { encoding, pieces } = splitSms(sms.text);
  if (pieces.length > MAX_PARTS) return fail(`The text is longer than ${MAX_PARTS} parts.`);
  const common = {
    source_addr_ton: source.ton,
    source_addr_npi: source.npi,
    source_addr: source.address,
    dest_addr_ton: INTERNATIONAL.ton,
    dest_addr_npi: INTERNATIONAL.npi,
    destination_addr: sms.to,
    data_coding: DATA_CODING[encoding],
  };
  const reference = referenceOf(sms.key);
  return ok(
    pieces.map((piece, index) => {
      const bytes = smsBytes(piece, encoding);
      if (pieces.length === 1) return { ...common, short_message: Buffer.from(bytes) };
      const header = [5, 0, 3, reference, pieces.length, index + 1];
      const short_message = Buffer.concat([Buffer.from(header), bytes]);
      return { ...common, esm_class: UDH_INDICATOR, short_message };
    }),
  );
}

function sourceOf(from: string): Address | null {
  if (from === "") return { ...UNSPECIFIED, address: "" };
  const digits = from.replace(/^\+/, "");
  // Short codes have 3 to 8 digits, international numbers at least 9.
  if (/^\d{1,8}$/.test(digits)) return { ...SHORT_CODE, address: digits };
  if (/^\d{9,20}$/.test(digits)) return { ...INTERNATIONAL, address: digits };
  return /^[\x20-\x7e]{1,11}$/.test(from) ? { ...ALPHANUMERIC, address: from } : null;
}

/** The same at every try, so that a phone which has some parts already joins them with the parts of a second try. */
function referenceOf(key: string): number {
  let hash = 0;
  for (let index = 0; index < key.length; index += 1) hash = (hash * 31 + key.charCodeAt(index)) & 0xff;
  return hash;
}
