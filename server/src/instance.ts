/**
 * What an instance keeps in its data directory: its key, under which secrets in the database are sealed. Machines
 * that share a database share the key through INSTANCE_KEY.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SealingKey } from "./base/crypto.ts";

const KEY_BYTES = 32;

/** Reads the key, or makes it at the first start (mode 600). @param given INSTANCE_KEY as hex, or null. */
export function readInstanceKey(dataDir: string, given: string | null): SealingKey {
  const hex = given ?? readOrMake(join(dataDir, "instance.key"), dataDir);
  const bytes = Buffer.from(hex.trim(), "hex");
  if (bytes.length !== KEY_BYTES) throw new Error(`the instance key must be ${KEY_BYTES} bytes in hex`);
  return { id: 1, bytes };
}

function readOrMake(file: string, dataDir: string): string {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  try {
    // "wx": of two processes that start at once, one makes the key and the other reads it.
    writeFileSync(file, `${randomBytes(KEY_BYTES).toString("hex")}\n`, { mode: 0o600, flag: "wx" });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  return readFileSync(file, "utf8");
}
