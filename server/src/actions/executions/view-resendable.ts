/** What sending again would do, told before anybody presses the button. Nothing is claimed here. */
import { AppError } from "../../base/errors.ts";
import { nameOfType } from "../../domain/channel.ts";
import { type Outcome, outcomeOf, STATUSES } from "../../domain/message.ts";
import { inProject } from "../../store/db.ts";
import { findLoggedExecution } from "../../store/execution-log.ts";
import { countEndedMessages, listResendsOf } from "../../store/resends.ts";
import type { Context } from "../context.ts";
import { RESENDABLE } from "./resend-failed.ts";

export interface Resendable {
  /** Only the messages of a live campaign can be sent again. */
  readonly is_live: boolean;
  readonly groups: readonly {
    readonly outcome: Outcome;
    readonly message_type: number;
    readonly name: string;
    readonly messages: number;
    /** Of them, those that went again already and will not a second time. */
    readonly resent: number;
  }[];
  /** Executions that sent messages of this one again. */
  readonly resent_by: readonly number[];
}

const LIVE = 1;

/** @throws AppError not_found */
export async function viewResendable(context: Context, projectId: number, id: number): Promise<Resendable> {
  return await inProject(context.app, projectId, async (tx) => {
    const execution = await findLoggedExecution(tx, projectId, id);
    if (execution === null) throw new AppError("not_found");
    const statuses = RESENDABLE.map((outcome) => STATUSES[outcome]);
    const counts = await countEndedMessages(tx, projectId, { execution, statuses });
    const groups = counts.map(({ status, messageType, messages, resent }) => ({
      outcome: outcomeOf(status),
      message_type: messageType,
      name: nameOfType(messageType),
      messages,
      resent,
    }));
    const resentBy = await listResendsOf(tx, projectId, id);
    return { is_live: execution.campaignState === LIVE, groups, resent_by: resentBy };
  });
}
