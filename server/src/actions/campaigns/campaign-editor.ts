/**
 * What holds for people who edit in the dashboard, and not for programs: nobody overwrites what another wrote in the
 * meantime, what has been launched is changed by those who may launch, and every change is in the audit trail.
 */
import { AppError } from "../../base/errors.ts";
import type { CampaignInput } from "../../domain/campaign-model.ts";
import { CAMPAIGN_STATES } from "../../domain/campaign-state.ts";
import type { CampaignRow } from "../../store/campaigns.ts";
import type { Tx } from "../../store/db.ts";
import { type Actor, recordAudit } from "../tokens/audit-trail.ts";
import { authorName } from "./campaign-authors.ts";

export interface Editor {
  readonly actor: Actor;
  readonly mayLaunch: boolean;
  /** The version that the editor began with; null overwrites whatever is there. */
  readonly version: number | null;
}

/** @throws AppError forbidden, conflict, invalid */
export async function admitEditor(
  tx: Tx,
  { row, input, editor }: { row: CampaignRow; input: CampaignInput; editor: Editor },
): Promise<void> {
  if (row.state !== CAMPAIGN_STATES.draft && !editor.mayLaunch) {
    throw new AppError("forbidden", {
      message:
        "This campaign was launched: only who may launch campaigns may change it. Duplicate it instead.",
    });
  }
  if (editor.version !== null && editor.version !== row.version) {
    const who = (await authorName(tx, row.updatedBy)) ?? "Somebody";
    throw new AppError("conflict", {
      message:
        `${who} saved version ${row.version} of this campaign at ${row.updateTime.toISOString()}; ` +
        `your changes were made to version ${editor.version}.`,
    });
  }
  refuseMove(input, row.state);
}

/** Saving never moves a campaign here: whoever sends the whole model back must not launch by it. */
export function refuseMove({ active }: CampaignInput, state: number): void {
  if (active === null || active === (state === CAMPAIGN_STATES.live)) return;
  const errors = { active: ["Active cannot be changed by saving: launch, stop or start the campaign."] };
  throw new AppError("invalid", { errors });
}

export interface SaveRecord {
  /** Programs are not audited here: they have their own trail of calls. */
  readonly editor: Editor | undefined;
  readonly nowMs: number;
  readonly id: number;
  readonly action: string;
  readonly before?: unknown;
  readonly after: unknown;
}

export async function auditSave(tx: Tx, projectId: number, record: SaveRecord): Promise<void> {
  const { editor, nowMs, id, action, before, after } = record;
  if (editor === undefined) return;
  const change = { action, object: `campaign:${id}`, before, after };
  await recordAudit(tx, projectId, { actor: editor.actor, nowMs, change });
}
