/** What a worker takes at once, and the record that the delivery steps work on. */
import type { MessageType } from "../domain/channel.ts";
import type { ChunkTarget } from "../domain/chunk.ts";
import type { CompiledCampaign } from "../domain/compiled-campaign.ts";
import type { Content } from "../domain/content.ts";
import type { FailReason, SkipReason } from "../domain/message.ts";
import type { Profile } from "../domain/profile.ts";
import type { Gateway, SendOutcome } from "../gateways/gateway.ts";
import type { ClaimedChunk } from "../store/chunks.ts";
import type { ExecutionRow } from "../store/executions.ts";

export interface Haul {
  readonly projectId: number;
  readonly lane: number;
  /** The fencing token: every write of this haul names it. */
  readonly token: number;
  readonly chunks: readonly ClaimedChunk[];
  /** Aborted when the lease was lost: another worker has the chunks now. */
  readonly lost: AbortController;
}

/** An execution with everything that its messages share. */
export interface LoadedExecution extends ExecutionRow {
  readonly paramsLayer: Readonly<Record<string, unknown>>;
  readonly campaign: CompiledCampaign;
  readonly isStopped: boolean;
}

export interface HeldTarget extends ChunkTarget {
  readonly chunk: ClaimedChunk;
  readonly execution: LoadedExecution;
}

export type DraftEnd =
  | { readonly outcome: "skipped"; readonly reason: SkipReason; readonly error: string | null }
  | { readonly outcome: "failed"; readonly reason: FailReason; readonly error: string | null }
  | {
      readonly outcome: "cancelled" | "expired" | "unknown";
      readonly reason: null;
      readonly error: string | null;
    };

/**
 * One message on its way through the steps: a target on one channel to one recipient. A step ends it by setting
 * `end`; later steps pass over what has ended.
 */
export interface Draft {
  readonly held: HeldTarget;
  readonly type: MessageType;
  readonly gateway: Gateway;
  readonly profile: Profile | null;
  readonly deviceId: number | null;
  /** The profile's or device's id; -(target no + 1) for a row that stands for the target itself. */
  recipient: number;
  /** "" where none is known. */
  readonly address: string;
  readonly bucket: number;
  /** 0 until it is opened. */
  messageId: number;
  tries: number;
  /** `settled`: an earlier holder of the chunk has finished it, nothing is left to do. */
  state: "new" | "waiting" | "open" | "settled";
  /** The answer of an earlier try was lost with its worker: it may have been sent. */
  isAmbiguous: boolean;
  content: Content | null;
  end: DraftEnd | null;
  outcome: SendOutcome | null;
}
