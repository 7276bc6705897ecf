/**
 * OAuth clients: how their ids and access tokens lead to a project, and which public keys may be stored for them.
 * A key's algorithm is decided here, once, from the key itself (evidence: OAuth, algorithms and floors).
 */
import { createHash, createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import { fail, ok, type Result } from "../base/result.ts";
import { parseDisplayName } from "./display-name.ts";
import { regionMark } from "./region.ts";

export const CLIENT_LIMITS = { clients: 100, secrets: 10, keys: 10, nameLength: 100 } as const;
const MAX_PROJECT_ID = 2 ** 31 - 1;

export const clientIdPrefix = (projectId: number, region?: string): string =>
  `ccl_${regionMark(region)}${projectId}_`;
export const accessTokenPrefix = (projectId: number, region?: string): string =>
  `cat_${regionMark(region)}${projectId}_`;
export const CLIENT_SECRET_PREFIX = "ccs_";

const CLIENT_ID = /^ccl_(?:[a-z0-9-]{1,32}_)?([1-9]\d{0,9})_[0-9a-f]{24}$/;
const ACCESS_TOKEN = /^cat_(?:[a-z0-9-]{1,32}_)?([1-9]\d{0,9})_[0-9A-Za-z]+$/;

const numberOf = (match: RegExpExecArray | null): number | null => {
  const projectId = Number(match?.[1] ?? Number.NaN);
  return projectId <= MAX_PROJECT_ID ? projectId : null;
};

/** The project that a client id names; null for what is no client id of ours. */
export const projectOfClientId = (clientId: string): number | null => numberOf(CLIENT_ID.exec(clientId));

/** The project that an access token names; whether it is one of that project, only its hash tells. */
export const projectOfAccessToken = (token: string): number | null => numberOf(ACCESS_TOKEN.exec(token));

/** The error is a predicate for `sentence`. */
export const parseClientName = (value: unknown): Result<string, string> =>
  parseDisplayName(value, CLIENT_LIMITS.nameLength);

/** Smallest RSA modulus in bits (evidence: stated as FIPS 140 minimums). */
const RSA_FLOORS = { RS256: 2_048, RS384: 4_096, RS512: 8_192 } as const;
/** OpenSSL verifies with no larger one, and each doubling makes a signature four times as dear to check. */
const RSA_CEILING = 16_384;
/** FIPS 186-5: odd and above 2^16. The upper bound keeps checking cheap. */
const MIN_EXPONENT = 65_537n;
const MAX_EXPONENT = 2n ** 32n;
/** By the names of node:crypto. */
const CURVES: Readonly<Record<string, KeyAlgorithm>> = {
  prime256v1: "ES256",
  secp384r1: "ES384",
  secp521r1: "ES512",
};

export const KEY_ALGORITHMS = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"] as const;
export type KeyAlgorithm = (typeof KEY_ALGORITHMS)[number];

export interface UploadedKey {
  readonly kind: "certificate" | "public_key";
  readonly algorithm: KeyAlgorithm;
  /** PEM */
  readonly spki: string;
  /** SHA-256 of the SPKI's DER, base64url. */
  readonly thumbprint: string;
  readonly validFromMs: number | null;
  readonly validUntilMs: number;
}

export interface KeyUpload {
  readonly pem: unknown;
  /** Left out: that of its curve, and RS256 for RSA. */
  readonly algorithm?: unknown;
  /** For a bare public key; a certificate brings its own. */
  readonly validUntilMs?: number | undefined;
  readonly nowMs: number;
}

/** A field and why it is refused, as a predicate for `sentence`. */
export interface KeyRefusal {
  readonly field: "pem" | "algorithm" | "valid_until";
  readonly predicate: string;
}

/** 16,384 bits with a chain's worth of names are below 8 KB. */
const MAX_PEM = 16_384;
const ONE_BLOCK = /^-----BEGIN ([A-Z0-9 ]{1,40})-----[A-Za-z0-9+/=\s]+-----END \1-----$/;

const refuse = (field: KeyRefusal["field"], predicate: string) => fail<KeyRefusal>({ field, predicate });

/** Judges what an administrator pastes or uploads. Nothing of a private key is kept or repeated. */
export function readUploadedKey(upload: KeyUpload): Result<UploadedKey, KeyRefusal> {
  const { pem } = upload;
  if (typeof pem !== "string" || pem.trim() === "") return refuse("pem", "cannot be blank");
  if (/PRIVATE KEY/i.test(pem.slice(0, MAX_PEM * 64))) {
    return refuse(
      "pem",
      "holds a private key. It was not stored, but it has left your hands and is now exposed: make a new pair and " +
        "upload its public part only",
    );
  }
  if (pem.length > MAX_PEM) return refuse("pem", `must have at most ${MAX_PEM} characters`);
  const text = pem.trim();
  if ((text.match(/-----BEGIN /g) ?? []).length > 1)
    return refuse("pem", "holds more than one key or certificate; upload them one by one");
  const label = ONE_BLOCK.exec(text)?.[1];
  if (label === "CERTIFICATE") return readCertificate(text, upload);
  if (label === "PUBLIC KEY") return readPublicKey(text, upload);
  if (label === "RSA PUBLIC KEY")
    return refuse("pem", "is in the PKCS#1 form; convert it to SPKI (BEGIN PUBLIC KEY)");
  return refuse("pem", "must be an X.509 certificate or an SPKI public key in PEM");
}

function readCertificate(text: string, upload: KeyUpload): Result<UploadedKey, KeyRefusal> {
  if (upload.validUntilMs !== undefined)
    return refuse("valid_until", "is read from the certificate and cannot be set");
  let certificate: X509Certificate;
  let key: KeyObject;
  try {
    certificate = new X509Certificate(text);
    key = certificate.publicKey;
  } catch {
    return refuse("pem", "is not a certificate that can be read");
  }
  const [validFromMs, validUntilMs] = [Date.parse(certificate.validFrom), Date.parse(certificate.validTo)];
  if (Number.isNaN(validFromMs) || Number.isNaN(validUntilMs))
    return refuse("pem", "is a certificate without a period of validity");
  if (upload.nowMs > validUntilMs) return refuse("pem", "is a certificate that has expired");
  if (upload.nowMs < validFromMs) return refuse("pem", "is a certificate that is not valid yet");
  return finish(key, upload, { kind: "certificate", validFromMs, validUntilMs });
}

function readPublicKey(text: string, upload: KeyUpload): Result<UploadedKey, KeyRefusal> {
  let key: KeyObject;
  try {
    key = createPublicKey({ key: text, format: "pem" });
  } catch {
    return refuse("pem", "is not a public key that can be read");
  }
  const { validUntilMs, nowMs } = upload;
  if (validUntilMs === undefined) return refuse("valid_until", "cannot be blank for a public key");
  if (validUntilMs <= nowMs) return refuse("valid_until", "must be in the future");
  return finish(key, upload, { kind: "public_key", validFromMs: null, validUntilMs });
}

function finish(
  key: KeyObject,
  upload: KeyUpload,
  period: Pick<UploadedKey, "kind" | "validFromMs" | "validUntilMs">,
): Result<UploadedKey, KeyRefusal> {
  const algorithm = algorithmOf(key, upload.algorithm ?? undefined);
  if (!algorithm.ok) return algorithm;
  const spki = key.export({ type: "spki", format: "pem" }).toString();
  const der = key.export({ type: "spki", format: "der" });
  const thumbprint = createHash("sha256").update(der).digest("base64url");
  return ok({ ...period, algorithm: algorithm.value, spki, thumbprint });
}

function algorithmOf(key: KeyObject, wanted: unknown): Result<KeyAlgorithm, KeyRefusal> {
  if (wanted !== undefined && !KEY_ALGORITHMS.includes(wanted as KeyAlgorithm))
    return refuse("algorithm", `must be one of ${KEY_ALGORITHMS.join(", ")}`);
  const { modulusLength: bits = 0, publicExponent = 0n, namedCurve = "" } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === "rsa") return rsaAlgorithm({ bits, publicExponent }, wanted);
  const own = key.asymmetricKeyType === "ec" ? CURVES[namedCurve] : undefined;
  if (own === undefined)
    return refuse("pem", "must be an RSA key or one on the curves P-256, P-384 or P-521");
  return wanted === undefined || wanted === own
    ? ok(own)
    : refuse("algorithm", `must be ${own} for a key on this curve`);
}

function rsaAlgorithm(
  { bits, publicExponent }: { bits: number; publicExponent: bigint },
  wanted: unknown,
): Result<KeyAlgorithm, KeyRefusal> {
  if (bits < RSA_FLOORS.RS256) return refuse("pem", `has ${bits} bits; RSA keys need at least 2048`);
  if (bits > RSA_CEILING) return refuse("pem", `has ${bits} bits; at most ${RSA_CEILING} are taken`);
  if (publicExponent < MIN_EXPONENT || publicExponent > MAX_EXPONENT || publicExponent % 2n === 0n)
    return refuse("pem", "has a public exponent that is not safe; 65537 is the usual one");
  // RS256 is what every library can sign with, so a longer key does not change it unasked.
  const algorithm = (wanted ?? "RS256") as KeyAlgorithm;
  if (!(algorithm in RSA_FLOORS)) return refuse("algorithm", "must be RS256, RS384 or RS512 for an RSA key");
  const floor = RSA_FLOORS[algorithm as keyof typeof RSA_FLOORS];
  return bits >= floor
    ? ok(algorithm)
    : refuse("algorithm", `${algorithm} needs an RSA key of at least ${floor} bits; this one has ${bits}`);
}
