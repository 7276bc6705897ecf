/** Runs all attacks in a thread whose heap is bounded, and tells how each ended; see hostile.test.ts. */
import { parentPort } from "node:worker_threads";
import { ATTACKS, endingOf } from "./attacks.ts";

for (const [index, attack] of ATTACKS.entries()) parentPort?.postMessage({ index, ending: endingOf(attack) });
parentPort?.close();
