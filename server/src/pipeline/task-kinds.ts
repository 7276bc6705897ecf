/** What tasks do, by their identifier: the table that the task runner looks into. */
import { EVERYBODY_TASK } from "../actions/campaigns/halt-campaign.ts";
import { type EverybodyInput, sendToEverybody } from "../actions/campaigns/send-to-everybody.ts";
import type { Context } from "../actions/context.ts";
import { eraseDeviceData, eraseProfileData } from "../actions/erasure/erase-person.ts";
import { DEVICE_TASK, type ErasureInput, PROFILE_TASK } from "../actions/erasure/queue-erasure.ts";
import { CSV_TASK, type CsvTaskInput } from "../actions/imports/plan-import.ts";
import { runCsvImport } from "../actions/imports/run-import.ts";
import { importBatch } from "../actions/profiles/import-profiles.ts";
import type { ImportRow } from "../domain/profile-import.ts";
import type { ClaimedTask } from "../store/tasks.ts";

export interface TaskRun {
  readonly context: Context;
  readonly task: ClaimedTask;
  /** The stored input, read. Each kind trusts its own: it was checked when the task was made. */
  readonly input: unknown;
  /** Where an earlier holder of the task ended. */
  readonly progress: number;
  readonly leaseSeconds: number;
  readonly signal: AbortSignal;
}

export type TaskKind = (run: TaskRun) => Promise<void>;

const importProfiles: TaskKind = async ({ context, task, input, progress, leaseSeconds, signal }) => {
  let from: number | null = progress;
  while (from !== null && !signal.aborted) {
    from = await importBatch(context, task, { rows: input as ImportRow[], from, leaseSeconds });
  }
};

const importCsv: TaskKind = ({ context, task, input, progress, leaseSeconds, signal }) =>
  runCsvImport(context, { task, input: input as CsvTaskInput, from: progress, leaseSeconds, signal });

const sendBroadcast: TaskKind = ({ context, task, input, leaseSeconds }) =>
  sendToEverybody(context, task, { input: input as EverybodyInput, leaseSeconds });

const eraseBy =
  (erase: typeof eraseProfileData): TaskKind =>
  ({ context, task, input, leaseSeconds }) =>
    erase(context, task, { input: input as ErasureInput, leaseSeconds });

export const TASK_KINDS: Readonly<Record<string, TaskKind>> = {
  profile_import: importProfiles,
  [CSV_TASK]: importCsv,
  [EVERYBODY_TASK]: sendBroadcast,
  [PROFILE_TASK]: eraseBy(eraseProfileData),
  [DEVICE_TASK]: eraseBy(eraseDeviceData),
};
