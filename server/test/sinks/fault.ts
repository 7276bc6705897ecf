/**
 * What a sink does wrong, and to whom. A choice by share is made from a hash of the key, so that the same run
 * fails for the same messages; `firstTryOnly` lets the second try of such a message through.
 */

/**
 * - slow: the effect happens, the answer comes after `ms`;
 * - hold: the effect happens, the answer waits until the faults are replaced;
 * - status: HTTP, answers `code`; reply: SMTP, answers `code` at `at`;
 * - effect-then-reset: the receipt is logged, then the connection is reset without an answer;
 * - reset-before-effect: reset, nothing is logged;
 * - silent: taken and logged, never answered;
 * - garbage: logged, answered with bytes that are not the protocol;
 * - redirect: HTTP 302; trickle: HTTP, one byte of the body every `ms`; huge: HTTP, a body of 10 MB.
 */
export type FaultMode =
  | "ok"
  | "slow"
  | "hold"
  | "status"
  | "reply"
  | "effect-then-reset"
  | "reset-before-effect"
  | "silent"
  | "garbage"
  | "redirect"
  | "trickle"
  | "huge";

/** Where in an SMTP session: `data` is the DATA command, `body` the final dot. */
export type SmtpStage = "greeting" | "auth" | "mail" | "rcpt" | "data" | "body";

export interface Fault {
  readonly mode: FaultMode;
  /** SMTP only. A `reply` happens at "rcpt", every other fault at "body" where nothing is given. */
  readonly at?: SmtpStage;
  readonly ms?: number;
  readonly code?: number;
  readonly text?: string;
  /** HTTP: value of the Retry-After header. */
  readonly retryAfter?: number | string;
  readonly location?: string;
  readonly body?: string;
  /** Does the receipt count although the answer is bad? The default follows from the mode. */
  readonly effect?: boolean;
  /** Share of the keys that are hit, 0 to 1; 1 where not given. */
  readonly share?: number;
  /** Only the first sight of a key is hit. */
  readonly firstTryOnly?: boolean;
  /** Only recipients that contain this text. */
  readonly recipient?: string;
}

/** The faults of one sink at this moment. The first fault that fits a message decides. */
export class FaultPlan {
  #faults: readonly Fault[] = [];
  #seen = new Set<string>();
  #held: (() => void)[] = [];
  /** How many times a fault was chosen. */
  hits = 0;

  set(faults: readonly Fault[]): void {
    this.#faults = faults.filter((fault) => fault.mode !== "ok");
    this.#seen = new Set();
    for (const release of this.#held.splice(0)) release();
  }

  /** Keeps an answer back until the faults are replaced. */
  hold(release: () => void): void {
    this.#held.push(release);
  }

  /** Answers kept back now. */
  heldCount(): number {
    return this.#held.length;
  }

  /** The fault for this key and recipient at this stage, or null. `key` decides the share. */
  choose(stage: SmtpStage, key: string, recipient: string): Fault | null {
    for (const [index, fault] of this.#faults.entries()) {
      if (stageOf(fault) !== stage) continue;
      if (fault.recipient !== undefined && !recipient.includes(fault.recipient)) continue;
      if (fault.share !== undefined && shareOf(key) >= fault.share) continue;
      if (fault.firstTryOnly === true) {
        const sight = `${index} ${key}`;
        if (this.#seen.has(sight)) continue;
        this.#seen.add(sight);
      }
      this.hits += 1;
      return fault;
    }
    return null;
  }
}

/** Whether a message hit by this fault was still taken. */
export function hasEffect(fault: Fault): boolean {
  if (fault.effect !== undefined) return fault.effect;
  if (fault.mode === "status" || fault.mode === "reply") return (fault.code ?? 500) < 300;
  return fault.mode !== "reset-before-effect" && fault.mode !== "redirect";
}

function stageOf(fault: Fault): SmtpStage {
  return fault.at ?? (fault.mode === "reply" ? "rcpt" : "body");
}

/** FNV-1a with a final mix, as a number from 0 to below 1: even over keys that differ in one digit only. */
export function shareOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
