/** Devices for tests: registration by an SDK is not part of what is tested here. */

import { inProject } from "../src/store/db.ts";
import { bucketedId } from "../src/store/id-blocks.ts";
import { insertDevices } from "../src/store/profiles.ts";
import type { Stack } from "./stack.ts";

/** @returns the id of the new device. */
export async function addDevice(stack: Stack, userId: string, messageType: number): Promise<number> {
  const { body } = await stack.call("info/profile", { user_id: userId });
  const profileId = body.model.id as number;
  const bucket = profileId % 64;
  const [no] = await stack.context.ids.take("device_ids", 1);
  const id = bucketedId(no ?? 0, bucket);
  const device = { id, bucket, profileId, messageType, token: `token-${id}` };
  await inProject(stack.context.app, stack.id, (tx) => insertDevices(tx, stack.id, [device], Date.now()));
  return id;
}
