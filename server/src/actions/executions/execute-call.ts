/** One call of execute/campaign on its way to be accepted. */
import type { ExecuteRequest } from "../../domain/execute-request.ts";

export interface ExecuteCall {
  readonly request: ExecuteRequest;
  readonly requestId: string;
  /** Key and fingerprint of the canonical body, where the caller sent a key. */
  readonly keyed: { readonly key: string; readonly fingerprint: string } | null;
}
