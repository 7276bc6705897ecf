/** What tasks do, by their identifier: the table that the task runner looks into. */
import { sendToEverybody } from "../actions/campaigns/send-to-everybody.ts";
import type { Context } from "../actions/context.ts";
import { eraseDeviceData, eraseProfileData } from "../actions/erasure/erase-person.ts";
import { importBatch } from "../actions/profiles/import-profiles.ts";
import type { ClaimedTask } from "../store/tasks.ts";

export interface TaskRun {
  readonly context: Context;
  readonly task: ClaimedTask;
  /** The stored input, read. Each kind trusts its own: it was checked when the task was made. */
  // biome-ignore lint/suspicious/noExplicitAny: one shape for each kind, known by the kind alone
  readonly input: any;
  /** Where an earlier holder of the task ended. */
  readonly progress: number;
  readonly leaseSeconds: number;
  readonly signal: AbortSignal;
}

export type TaskKind = (run: TaskRun) => Promise<void>;

const importProfiles: TaskKind = async ({ context, task, input, progress, leaseSeconds, signal }) => {
  let from: number | null = progress;
  while (from !== null && !signal.aborted) {
    from = await importBatch(context, task, { rows: input, from, leaseSeconds });
  }
};

export const TASK_KINDS: Readonly<Record<string, TaskKind>> = {
  profile_import: importProfiles,
  campaign_send: ({ context, task, input, leaseSeconds }) =>
    sendToEverybody(context, task, { input, leaseSeconds }),
  profile_delete_personal_data: ({ context, task, input, leaseSeconds }) =>
    eraseProfileData(context, task, { input, leaseSeconds }),
  device_delete_personal_data: ({ context, task, input, leaseSeconds }) =>
    eraseDeviceData(context, task, { input, leaseSeconds }),
};
