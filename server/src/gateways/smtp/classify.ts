/**
 * What an SMTP failure means for the message. The server's reply decides where there is one for this message;
 * else it matters how far we were: before the first byte of the body nothing can have been delivered.
 */
import type { NodemailerError } from "nodemailer/lib/errors";
import type { SendOutcome } from "../gateway.ts";
import { later, rejected, unknown } from "../outcomes.ts";

/** The commands that speak of this message; all others (CONN, EHLO, STARTTLS, AUTH) speak of the connection. */
const MESSAGE_COMMANDS: ReadonlySet<string> = new Set(["MAIL FROM", "RCPT TO", "DATA"]);
/** 530 and 534 to 538 ask for another login: the operator mends that, and the message waits for it. */
const LOGIN_CODES: ReadonlySet<number> = new Set([530, 534, 535, 538]);
/** The server or the session is in trouble, not this message. 503: the session is out of step. */
const SERVER_CODES: ReadonlySet<number> = new Set([421, 432, 454, 503]);

/** @param isBodyBegun whether a byte of the message itself had been handed to the socket. */
export function classifySmtpFailure(error: NodemailerError, isBodyBegun: boolean): SendOutcome {
  const { responseCode, response, command = "" } = error;
  const words = response ?? error.message;
  if (responseCode !== undefined && (MESSAGE_COMMANDS.has(command) || responseCode === 421)) {
    return byReply(responseCode, words);
  }
  if (isBodyBegun) return unknown(words);
  // The library refused it by itself: an address it does not take, or larger than the server's SIZE.
  if ((error.code === "EENVELOPE" || error.code === "EMESSAGE") && responseCode === undefined)
    return rejected(words);
  return later(words, { brokenGateway: true });
}

function byReply(code: number, words: string): SendOutcome {
  if (LOGIN_CODES.has(code) || SERVER_CODES.has(code)) return later(words, { brokenGateway: true });
  return code >= 500 ? rejected(words) : later(words, { brokenGateway: false });
}
