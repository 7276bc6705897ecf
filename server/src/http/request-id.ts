/** The id under which a request is found in the log: the caller's own where it is plain, else one of ours. */
import { randomUUID } from "node:crypto";

const SANE = /^[A-Za-z0-9._:-]{1,128}$/;

/** @param given the header as it came. */
export const requestIdFrom = (given: string | readonly string[] | undefined): string =>
  typeof given === "string" && SANE.test(given) ? given : randomUUID();
