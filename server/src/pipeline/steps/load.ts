/**
 * Step 0: what the claimed chunks hold. One read transaction for the whole haul: targets, executions with the state
 * of their campaigns, content that is not in the cache yet, people and devices, and who listens to the outcomes.
 */
import type { Context } from "../../actions/context.ts";
import { ensureTargets, type TargetPerson } from "../../actions/profiles/ensure-targets.ts";
import { reachesDevices } from "../../domain/channel.ts";
import { readTargets } from "../../domain/chunk.ts";
import { type CompiledCampaign, compileCampaign } from "../../domain/compiled-campaign.ts";
import { listCampaignVersions } from "../../store/campaigns.ts";
import { listChunkTargets } from "../../store/chunks.ts";
import { inProject, type Tx } from "../../store/db.ts";
import { type ExecutionRow, listExecutions } from "../../store/executions.ts";
import { type GatewayRow, listGateways } from "../../store/gateways.ts";
import { listSubscriptions, type Subscription } from "../../store/webhook-events.ts";
import type { CampaignCache } from "../campaign-cache.ts";
import type { Haul, HeldTarget, LoadedExecution } from "../haul.ts";
import { type Resolved, resolve } from "./resolve.ts";
import { findSuppressed, type Suppressed } from "./suppressed.ts";
import { testAddress } from "./test-address.ts";

export interface LoadedHaul {
  readonly targets: readonly HeldTarget[];
  readonly resolved: Resolved;
  readonly suppressed: Suppressed;
  readonly subscriptions: readonly Subscription[];
  /** The project's own. */
  readonly gateways: readonly GatewayRow[];
}

/**
 * campaigns.state of those whose messages go out: live, and past, because what was accepted before a campaign's end is
 * delivered. Anything else cancels what is not handed over.
 */
const SENDING: ReadonlySet<number> = new Set([1, 3]);

export async function loadHaul(context: Context, cache: CampaignCache, haul: Haul): Promise<LoadedHaul> {
  return await inProject(context.app, haul.projectId, async (tx) => {
    const ids = [...new Set(haul.chunks.map((chunk) => chunk.executionId))];
    const [stored, rows, subscriptions, gateways] = await Promise.all([
      listChunkTargets(tx, haul.projectId, haul.chunks),
      listExecutions(tx, haul.projectId, ids),
      listSubscriptions(tx, haul.projectId),
      listGateways(tx, haul.projectId),
    ]);
    const executions = await withContent(tx, { haul, cache, rows });
    const targets = holdTargets(haul, { stored, executions });
    // On a connection of its own: what it writes is seen by the next statement here (read committed).
    await ensureTargets(context, haul.projectId, missingTargets(targets));
    const needs = needsOf(executions);
    const resolved = await resolve(tx, haul.projectId, { targets, needs });
    const channels = new Set(rows.flatMap((row) => row.channels));
    const addresses = targets.flatMap((target) => testAddress(target) ?? []);
    const suppressed = await findSuppressed(tx, haul.projectId, { resolved, channels, addresses });
    return { targets, resolved, suppressed, subscriptions, gateways };
  });
}

function holdTargets(
  haul: Haul,
  loaded: {
    stored: readonly { id: number; targets: string }[];
    executions: ReadonlyMap<number, LoadedExecution>;
  },
): HeldTarget[] {
  const chunks = new Map(haul.chunks.map((chunk) => [chunk.id, chunk]));
  return loaded.stored.flatMap(({ id, targets }) => {
    const chunk = chunks.get(id);
    const execution = chunk === undefined ? undefined : loaded.executions.get(chunk.executionId);
    if (chunk === undefined || execution === undefined) return [];
    return readTargets(targets).map((target): HeldTarget => ({ ...target, chunk, execution }));
  });
}

async function withContent(
  tx: Tx,
  at: { haul: Haul; cache: CampaignCache; rows: readonly ExecutionRow[] },
): Promise<Map<number, LoadedExecution>> {
  const { projectId } = at.haul;
  const missing = new Map<string, { campaignId: number; version: number }>();
  for (const row of at.rows) {
    if (!at.cache.has(projectId, row)) missing.set(`${row.campaignId}:${row.version}`, row);
  }
  const versions = missing.size === 0 ? [] : await listCampaignVersions(tx, projectId, [...missing.values()]);
  const contents = new Map(versions.map((v) => [`${v.campaignId}:${v.version}`, v.content]));
  const loaded = new Map<number, LoadedExecution>();
  for (const row of at.rows) {
    const campaign = at.cache.get(projectId, row, () =>
      compileCampaign(contents.get(`${row.campaignId}:${row.version}`) ?? "{}", row.overrides),
    );
    loaded.set(row.id, loadedExecution(row, campaign));
  }
  return loaded;
}

const loadedExecution = (row: ExecutionRow, campaign: CompiledCampaign): LoadedExecution => ({
  ...row,
  campaign,
  paramsLayer: JSON.parse(row.params) as Record<string, unknown>,
  isStopped: !SENDING.has(row.campaignState) && !row.isTest,
});

/** Targets that may become new profiles (execute with target_existing_only 0), with what the call says of them. */
const missingTargets = (targets: readonly HeldTarget[]): TargetPerson[] =>
  targets
    .filter((target) => target.execution.createMissing && target.retried === null)
    .map((target) => ({ userId: target.key, params: target.params ?? {} }));

/** Custom attributes and devices are read only where a template or a channel of this haul asks for them. */
function needsOf(executions: ReadonlyMap<number, LoadedExecution>): {
  attributes: boolean;
  devices: boolean;
} {
  const all = [...executions.values()];
  return {
    attributes: all.some((execution) => execution.campaign.readsAttributes),
    devices: all.some(
      (e) => e.targetBy === "id" || e.targetBy === "token" || e.channels.some((c) => reachesDevices(c as 1)),
    ),
  };
}
