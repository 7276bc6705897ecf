/**
 * The gateway where none is configured: keeps messages instead of sending them, so that a fresh installation
 * shows what would have gone out. Keyed, because what keeps them ignores twins.
 */
import type { Gateway, OutgoingMessage, SendOutcome } from "../gateway.ts";
import { later } from "../outcomes.ts";

export interface KeptMessage {
  readonly message: OutgoingMessage;
  /** Unix milliseconds. */
  readonly at: number;
}

/** Stores a slice in one go and ignores messages whose key is stored already. Rejects when it could not store. */
export type KeepMessages = (messages: KeptMessage[]) => Promise<void>;

export interface SandboxOptions {
  readonly keep: KeepMessages;
  readonly now?: () => number;
}

export function createSandboxGateway(options: SandboxOptions): Gateway {
  const { keep, now = Date.now } = options;
  return {
    name: "sandbox",
    ability: "keyed",
    async send(slice, signal) {
      if (slice.length === 0) return [];
      if (signal.aborted)
        return slice.map(() => later("stopped before it was kept", { brokenGateway: false }));
      const at = now();
      try {
        await keep(slice.map((message) => ({ message, at })));
      } catch (error) {
        return slice.map(() =>
          later(`the sandbox could not keep it: ${String(error)}`, { brokenGateway: true }),
        );
      }
      return slice.map(
        ({ key }): SendOutcome => ({ kind: "accepted", providerId: `sandbox-${key}`, delivered: true }),
      );
    },
    check: async () => [],
    close: async () => undefined,
  };
}
