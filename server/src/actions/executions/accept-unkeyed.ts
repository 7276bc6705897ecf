/** Accepts a call without a key: after its twins whose callers have gone, and again while another process decides. */
import type { Context } from "../context.ts";
import type { AcceptOutcome } from "./accept-executions.ts";
import type { UnkeyedCall } from "./execute-call.ts";
import type { UnkeyedCalls } from "./unkeyed-calls.ts";

export type Accepted = Exclude<AcceptOutcome, { kind: "undecided" }>;

/** Before another process is asked again what became of its answer. */
const UNDECIDED_MS = 30;

export interface UnkeyedJob {
  readonly projectId: number;
  readonly known: UnkeyedCall;
  /** Puts the call into the project's line. */
  readonly queue: () => Promise<AcceptOutcome>;
}

export async function acceptUnkeyed(
  context: Context,
  unkeyed: UnkeyedCalls,
  { projectId, known, queue }: UnkeyedJob,
): Promise<Accepted> {
  await unkeyed.settleTwins(projectId, known);
  const open = unkeyed.open(projectId, known);
  try {
    for (;;) {
      const outcome = await queue();
      if (outcome.kind === "undecided") {
        await context.clock.sleep(UNDECIDED_MS);
        continue;
      }
      if (outcome.kind === "accepted" && outcome.unkeyed !== null) open.accepted(outcome.unkeyed);
      else open.dropped();
      return outcome;
    }
  } catch (error) {
    open.dropped();
    throw error;
  }
}
