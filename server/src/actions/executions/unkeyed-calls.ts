/** The calls without a key that are under way in this process, and what is known of their answers. */
import type { UnkeyedRow } from "../../store/unkeyed-calls.ts";
import type { Context } from "../context.ts";
import { createAnswerFates } from "./answer-fates.ts";
import type { UnkeyedCall } from "./execute-call.ts";
import type { OwnFates } from "./repeated-calls.ts";

const TWIN_PATIENCE_MS = 5_000;

/** A call from its arrival on. */
export interface OpenCall {
  /** It was accepted, and its row written. */
  accepted(row: UnkeyedRow): void;
  /** It wrote nothing. */
  dropped(): void;
}

export interface UnkeyedCalls extends OwnFates {
  /** Waits for calls of this process that asked the same and whose caller has gone, until they are written down. */
  settleTwins(projectId: number, call: UnkeyedCall): Promise<void>;
  open(projectId: number, call: UnkeyedCall): OpenCall;
  /** Writes what is left. */
  stop(): Promise<void>;
}

interface Entry {
  readonly call: UnkeyedCall;
  row: UnkeyedRow | null;
  isSent: boolean;
  /** Resolves when its fate is written down, or when there is nothing to write. */
  readonly settled: PromiseWithResolvers<void>;
}

export function createUnkeyedCalls(context: Context): UnkeyedCalls {
  const { clock } = context;
  const fates = createAnswerFates(context);
  const byFingerprint = new Map<string, Set<Entry>>();
  const byExecution = new Map<number, Entry>();
  const keyOf = (projectId: number, call: UnkeyedCall): string => `${projectId} ${call.fingerprint}`;

  function forget(projectId: number, entry: Entry): void {
    const key = keyOf(projectId, entry.call);
    const twins = byFingerprint.get(key);
    twins?.delete(entry);
    if (twins?.size === 0) byFingerprint.delete(key);
    const id = entry.row?.executionId ?? 0;
    if (byExecution.get(id) === entry) byExecution.delete(id);
    entry.settled.resolve();
  }

  /** Both the row and what is known of the answer must be there. */
  function note(projectId: number, entry: Entry): void {
    const { row, call } = entry;
    if (row === null) return;
    const isLost = call.watch.isLost();
    const fate = { projectId, row, isLost: call.watch.isLost, written: () => forget(projectId, entry) };
    if (isLost) fates.lost(fate);
    else if (entry.isSent) fates.sent(fate);
  }

  return {
    open(projectId, call) {
      const entry: Entry = { call, row: null, isSent: false, settled: Promise.withResolvers<void>() };
      const key = keyOf(projectId, call);
      byFingerprint.set(key, (byFingerprint.get(key) ?? new Set()).add(entry));
      call.watch.onChange((step) => {
        entry.isSent ||= step === "sent";
        note(projectId, entry);
      });
      return {
        accepted(row) {
          entry.row = row;
          byExecution.set(row.executionId, entry);
          note(projectId, entry);
        },
        dropped: () => forget(projectId, entry),
      };
    },
    fateOf(executionId) {
      const entry = byExecution.get(executionId);
      if (entry === undefined) return undefined;
      return entry.call.watch.isLost() ? "lost" : "open";
    },
    async settleTwins(projectId, call) {
      const twins = [...(byFingerprint.get(keyOf(projectId, call)) ?? [])];
      const lost = twins.filter((twin) => twin.call.watch.isLost());
      if (lost.length === 0) return;
      const enough = new AbortController();
      const all = Promise.all(lost.map((twin) => twin.settled.promise));
      await Promise.race([all, clock.sleep(TWIN_PATIENCE_MS, enough.signal)]);
      enough.abort();
    },
    stop: () => fates.stop(),
  };
}
