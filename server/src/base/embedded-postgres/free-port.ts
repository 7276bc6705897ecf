/**
 * A port for the embedded server, below the range from which systems take ports for outgoing connections (Linux from
 * 32768, macOS from 49152): a client that knocks there while the server restarts could connect to itself and hold it.
 */
import { randomInt } from "node:crypto";
import { createServer } from "node:net";

const FIRST = 15_000;
const END = 30_000;
const TRIES = 100;

/** A port on 127.0.0.1 that is free at this moment. */
export async function findFreePort(): Promise<number> {
  for (let count = 0; count < TRIES; count += 1) {
    const port = randomInt(FIRST, END);
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port from ${FIRST} to ${END - 1} in ${TRIES} tries`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(true)));
  });
}
