/**
 * Hashes, tokens, sealed values and passwords: the only file that chooses algorithms.
 * Tokens carry 256 bits, so a plain SHA-256 of them is safe to store; passwords do not, so they get argon2id.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  randomBytes,
  timingSafeEqual as sameBytes,
} from "node:crypto";
import { crc32 } from "node:zlib";
import { hash as argon2Hash, verify as argon2Verify } from "@node-rs/argon2";
import { fail, ok, type Result } from "./result.ts";

/** SHA-256 over the UTF-8 bytes of `text`: 32 bytes. For tokens and fingerprints, not for passwords. */
export function sha256(text: string): Buffer {
  return createHash("sha256").update(text, "utf8").digest();
}

/** Compares in a time that depends on neither the content nor the place of the first difference. */
export function constantTimeEqual(left: string, right: string): boolean {
  // Hashing first makes both sides 32 bytes: the comparison itself refuses unequal lengths, which would tell them.
  return sameBytes(sha256(left), sha256(right));
}

const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/** 62^43 > 2^256 and 62^6 > 2^32: the smallest fixed widths that hold the value. */
const SECRET_LENGTH = 43;
const CHECKSUM_LENGTH = 6;

/**
 * A new secret: `prefix`, 256 random bits in base62, then a CRC-32 of all that in base62.
 * The prefix lets scanners of leaked secrets recognise ours; the checksum refuses a mistyped or cut token without
 * a look into the database, and lets scanners drop chance finds.
 */
export function randomToken(prefix: string): string {
  const secret = toBase62(BigInt(`0x${randomBytes(32).toString("hex")}`), SECRET_LENGTH);
  return prefix + secret + checksumOf(prefix + secret);
}

/** Was this text made by `randomToken`? Says nothing about whether it is (still) valid. */
export function hasValidChecksum(token: string): boolean {
  if (token.length <= SECRET_LENGTH + CHECKSUM_LENGTH || token.length > 128) return false;
  const body = token.slice(0, -CHECKSUM_LENGTH);
  return checksumOf(body) === token.slice(-CHECKSUM_LENGTH);
}

function checksumOf(text: string): string {
  return toBase62(BigInt(crc32(text)), CHECKSUM_LENGTH);
}

function toBase62(value: bigint, width: number): string {
  let digits = "";
  for (let rest = value; digits.length < width; rest /= 62n) digits = BASE62[Number(rest % 62n)] + digits;
  return digits;
}

/** A key that seals values. `id` is written into each sealed value, so that keys can be replaced one by one. */
export interface SealingKey {
  /** 0 to 255, never used for another key. */
  readonly id: number;
  /** Exactly 32 bytes. */
  readonly bytes: Uint8Array;
}

/** Sealed value: version (1 byte), key id (1), nonce (12), ciphertext, tag (16). */
const SEAL_VERSION = 1;
const HEADER_BYTES = 2;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts with AES-256-GCM. `context` names where the value belongs, for example "project:7:app-token"; a value
 * copied to another row does not open there. Random nonces are safe up to 2^32 values a key (NIST SP 800-38D 8.3).
 */
export function seal(key: SealingKey, plaintext: string, context: string): Buffer {
  const header = Buffer.from([SEAL_VERSION, key.id]);
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key.bytes, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(boundTo(header, context));
  const ciphertext = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final()]);
  return Buffer.concat([header, nonce, ciphertext, cipher.getAuthTag()]);
}

/** `other_key`: sealed with another key id. `damaged`: not a sealed value, changed, or of another context. */
export type OpenFault = "other_key" | "damaged";

/** Decrypts what `seal` made with the same key and context. */
export function open(key: SealingKey, sealed: Uint8Array, context: string): Result<string, OpenFault> {
  if (sealed.length < HEADER_BYTES + NONCE_BYTES + TAG_BYTES || sealed[0] !== SEAL_VERSION) {
    return fail("damaged");
  }
  if (sealed[1] !== key.id) return fail("other_key");
  const header = sealed.subarray(0, HEADER_BYTES);
  const nonce = sealed.subarray(HEADER_BYTES, HEADER_BYTES + NONCE_BYTES);
  const ciphertext = sealed.subarray(HEADER_BYTES + NONCE_BYTES, -TAG_BYTES);
  const decipher = createDecipheriv("aes-256-gcm", key.bytes, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(boundTo(header, context));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  try {
    return ok(Buffer.concat([decipher.update(ciphertext), decipher.final()]).toString("utf8"));
  } catch {
    // final() throws one thing only: the tag does not fit.
    return fail("damaged");
  }
}

/** The header is authenticated too, so that a changed key id is found. */
function boundTo(header: Uint8Array, context: string): Buffer {
  return Buffer.concat([header, Buffer.from(context, "utf8")]);
}

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane; about 25 ms off the main thread. */
const ARGON2 = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Hashes a password for storage; the answer carries its own salt and parameters. */
export function hashPassword(password: string): Promise<string> {
  return argon2Hash(password, ARGON2);
}

/** Is this the password of that stored hash? A hash that cannot be read is a no. */
export async function verifyPassword(storedHash: string, password: string): Promise<boolean> {
  try {
    return await argon2Verify(storedHash, password);
  } catch {
    return false;
  }
}
