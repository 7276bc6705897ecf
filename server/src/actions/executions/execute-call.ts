/** One call of execute/campaign on its way to be accepted. */
import type { ExecuteRequest } from "../../domain/execute-request.ts";

/** What becomes of a call's answer, as far as the connection tells. */
export interface AnswerWatch {
  /** The connection has gone, and the answer is not known to have arrived. */
  isLost(): boolean;
  /** Is called at each step: handed to the connection, and lost where it is. Loss may follow the handing over. */
  onChange(listener: (step: "sent" | "lost") => void): void;
}

/** What knows a call without a key again when it is repeated. */
export interface UnkeyedCall {
  /** Of credential and body: 16 bytes as hex. */
  readonly fingerprint: string;
  /** Wall time. */
  readonly arrivedAtMs: number;
  readonly watch: AnswerWatch;
}

export interface ExecuteCall {
  readonly request: ExecuteRequest;
  readonly requestId: string;
  /** Key and fingerprint of the canonical body, where the caller sent a key. */
  readonly keyed: { readonly key: string; readonly fingerprint: string } | null;
  /** null for a call with a key, and where the project does not want it. */
  readonly unkeyed: UnkeyedCall | null;
}
