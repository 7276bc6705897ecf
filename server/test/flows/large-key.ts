/**
 * An RSA key of 8,192 bits that is the same each time: making a new one takes from seconds to minutes, by chance. Its
 * primes are the first after two numbers that anybody can compute, so it protects nothing.
 */
import { createHash, createPrivateKey, createPublicKey } from "node:crypto";
import type { Pair } from "./oauth-jwt.ts";

const EXPONENT = 65_537n;
/** How far from the number of this name the next prime is (found with crypto.checkPrime). */
const PRIMES = { p: 948, q: 1_256 } as const;

function primeOf(name: keyof typeof PRIMES): bigint {
  const parts = Array.from({ length: 8 }, (_, i) =>
    createHash("sha512").update(`carillon test key ${name} ${i}`).digest("hex"),
  );
  // Odd, and so large that the product of two has all its bits.
  const start = BigInt(`0x${parts.join("")}`) | (3n << 4_094n) | 1n;
  return start + BigInt(PRIMES[name]);
}

/** The number whose product with `value` leaves 1 (Euclid). */
function inverse(value: bigint, modulus: bigint): bigint {
  let [low, high, ofLow, ofHigh] = [value % modulus, modulus, 1n, 0n];
  while (low > 1n) {
    const times = high / low;
    [low, high] = [high - times * low, low];
    [ofLow, ofHigh] = [ofHigh - times * ofLow, ofLow];
  }
  return ((ofLow % modulus) + modulus) % modulus;
}

function encoded(value: bigint): string {
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex").toString("base64url");
}

export function largeKey(): Pair {
  const [p, q] = [primeOf("p"), primeOf("q")];
  const d = inverse(EXPONENT, (p - 1n) * (q - 1n));
  const numbers = { n: p * q, e: EXPONENT, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) };
  const parts = Object.entries(numbers).map(([name, value]) => [name, encoded(value)]);
  const key = { kty: "RSA", ...Object.fromEntries(parts) };
  const privateKey = createPrivateKey({ key, format: "jwk" });
  return { privateKey, publicKey: createPublicKey(privateKey) };
}
