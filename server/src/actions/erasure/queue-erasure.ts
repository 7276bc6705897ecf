/** delete-personal-data/profile and /device: finds who is meant and queues the task that deletes. */
import { AppError } from "../../base/errors.ts";
import type { FieldErrors } from "../../base/result.ts";
import { sentence } from "../../domain/field-label.ts";
import { bucketOf, parseId, parseUserId } from "../../domain/ids.ts";
import { inProject, type Tx } from "../../store/db.ts";
import { listDevicesById, listProfilesById, listProfilesByUserId } from "../../store/profiles.ts";
import { insertTask, notifyTask } from "../../store/tasks.ts";
import type { Context } from "../context.ts";

export const PROFILE_TASK = "profile_delete_personal_data";
export const DEVICE_TASK = "device_delete_personal_data";

/** The task's input: a number and nothing else of the person. */
export interface ErasureInput {
  readonly id: number;
}

type Body = Readonly<Record<string, unknown>>;

const MESSAGE = "Personal data is not deleted";

const refused = (errors: FieldErrors): AppError => new AppError("invalid", { message: MESSAGE, errors });

/** @returns the task. @throws AppError invalid, not_found. */
export async function queueProfileErasure(context: Context, projectId: number, body: Body): Promise<number> {
  const key = profileKey(body);
  return await queue(context, projectId, {
    identifier: PROFILE_TASK,
    find: async (tx) => {
      const found =
        "id" in key
          ? await listProfilesById(tx, projectId, [key.id], false)
          : await listProfilesByUserId(tx, projectId, [{ ...key, bucket: bucketOf(key.userId) }], false);
      return found[0]?.id ?? null;
    },
  });
}

/** @returns the task. @throws AppError invalid, not_found. */
export async function queueDeviceErasure(context: Context, projectId: number, body: Body): Promise<number> {
  const field = (body.id ?? null) === null && (body.device_id ?? null) !== null ? "device_id" : "id";
  const id = parseId(body[field]);
  if (!id.ok) throw refused({ [field]: [sentence(field, id.error)] });
  return await queue(context, projectId, {
    identifier: DEVICE_TASK,
    find: async (tx) => (await listDevicesById(tx, projectId, [id.value]))[0]?.id ?? null,
  });
}

function profileKey(body: Body): { id: number } | { userId: string } {
  const given = (["id", "profile_id", "user_id"] as const).filter((name) => (body[name] ?? null) !== null);
  const [field = "id", second] = given;
  // Two names of somebody may be two people: who is deleted must not depend on which of them is looked at.
  if (second !== undefined) throw refused({ [second]: [sentence(second, `must not stand beside ${field}`)] });
  if (field === "user_id") {
    const userId = parseUserId(body.user_id);
    if (!userId.ok) throw refused({ user_id: [sentence("user_id", userId.error)] });
    return { userId: userId.value };
  }
  const id = parseId(body[field]);
  if (!id.ok) throw refused({ [field]: [sentence(field, id.error)] });
  return { id: id.value };
}

async function queue(
  context: Context,
  projectId: number,
  task: { identifier: string; find: (tx: Tx) => Promise<number | null> },
): Promise<number> {
  const nowMs = context.clock.now();
  return await inProject(context.app, projectId, async (tx) => {
    const id = await task.find(tx);
    if (id === null) throw new AppError("not_found");
    const input: ErasureInput = { id };
    const { identifier } = task;
    const taskId = await insertTask(tx, projectId, {
      identifier,
      total: 1,
      input: JSON.stringify(input),
      nowMs,
    });
    await notifyTask(tx);
    return taskId;
  });
}
