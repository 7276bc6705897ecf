/**
 * The first start of an empty instance: a demo project with an app token, an administrator, a handful of profiles
 * with devices, and two live templates. Everything secret is made here and now.
 */
import { randomBytes } from "node:crypto";
import { hashPassword, randomToken, seal, sha256 } from "../../base/crypto.ts";
import { bucketOf } from "../../domain/ids.ts";
import { KEY_KINDS } from "../../domain/profile.ts";
import { regionMark } from "../../domain/region.ts";
import { insertAppToken } from "../../store/credentials.ts";
import { inProject, type Sql } from "../../store/db.ts";
import { bucketedId } from "../../store/id-blocks.ts";
import { insertDevices, insertLookupKeys } from "../../store/profiles.ts";
import { countProjects, insertMembership, insertProject, insertUser } from "../../store/projects.ts";
import { createCampaign } from "../campaigns/save-campaign.ts";
import type { Context } from "../context.ts";
import { upsertProfiles } from "../profiles/upsert-profiles.ts";
import { DEMO_PROFILES, FLIGHT_SMS, ORDER_EMAIL, WEB_PUSH } from "./demo-content.ts";

export interface DemoFacts {
  readonly dashboard: { readonly email: string; readonly password: string };
  readonly project: { readonly id: number; readonly apptoken: string };
  readonly campaigns: { readonly sms: number; readonly email: number; readonly web_push: number };
  readonly user_ids: readonly string[];
  readonly device_ids: readonly number[];
}

const ADMIN_EMAIL = "admin@carillon.example";
export const APP_TOKEN_PREFIX = "crl_";

/** @returns null when the instance has a project already. `owner` may write users and projects. */
export async function seedDemo(context: Context, owner: Sql): Promise<DemoFacts | null> {
  if ((await countProjects(owner)) > 0) return null;
  const nowMs = context.clock.now();
  const password = randomBytes(9).toString("base64url");
  const passwordHash = await hashPassword(password);
  const projectId = await insertProject(owner, { name: "Demo", nowMs });
  const userId = await insertUser(owner, { email: ADMIN_EMAIL, passwordHash, nowMs });
  const apptoken = randomToken(`${APP_TOKEN_PREFIX}${regionMark(context.region)}`);
  const sealed = seal(context.sealingKey, apptoken, `project:${projectId}:app-token`);
  await inProject(context.app, projectId, async (tx) => {
    await insertAppToken(tx, projectId, { hash: sha256(apptoken), sealed, nowMs });
    await insertMembership(tx, projectId, { userId, role: "admin" });
  });
  const profileIds = await upsertProfiles(
    context,
    projectId,
    DEMO_PROFILES.map((row) => ({ ...row, email: null })),
  );
  const deviceIds = await addDevices(context, projectId, profileIds);
  const campaigns = {
    sms: (await createCampaign(context, projectId, { body: FLIGHT_SMS, author: null })).id,
    email: (await createCampaign(context, projectId, { body: ORDER_EMAIL, author: null })).id,
    web_push: (await createCampaign(context, projectId, { body: WEB_PUSH, author: null })).id,
  };
  return {
    dashboard: { email: ADMIN_EMAIL, password },
    project: { id: projectId, apptoken },
    campaigns,
    user_ids: DEMO_PROFILES.map((row) => row.userId),
    device_ids: deviceIds,
  };
}

const WEB = 3;

/** A browser for each person, so that a push has somewhere to go. */
async function addDevices(
  context: Context,
  projectId: number,
  profileIds: readonly number[],
): Promise<number[]> {
  const numbers = await context.ids.take("device_ids", profileIds.length);
  const devices = profileIds.map((profileId, i) => {
    const bucket = profileId % 64;
    const token = `demo-browser-${i + 1}`;
    return { id: bucketedId(numbers[i] ?? 0, bucket), bucket, profileId, messageType: WEB, token };
  });
  await inProject(context.app, projectId, async (tx) => {
    await insertDevices(tx, projectId, devices, context.clock.now());
    const keys = devices.map(({ id, profileId, token }) => ({
      kind: KEY_KINDS.token,
      key: token,
      bucket: bucketOf(token),
      profileId,
      deviceId: id,
    }));
    await insertLookupKeys(tx, projectId, keys);
  });
  return devices.map((device) => device.id);
}
