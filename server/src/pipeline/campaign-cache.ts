/**
 * Compiled campaigns by version, so that a template is compiled once and not once a message. A version's content is
 * frozen, so an entry never goes stale; overrides of a call are part of the key.
 */
import type { CompiledCampaign } from "../domain/compiled-campaign.ts";

/** Least recently used go first. 2,000 compiled campaigns of 20 KB source are about 100 MB at the most. */
const MAX_ENTRIES = 2_000;
/** Overrides longer than this are compiled for their execution alone: caching them would only fill the memory. */
const MAX_OVERRIDES_KEY = 4_096;

interface Wanted {
  readonly id: number;
  readonly campaignId: number;
  readonly version: number;
  readonly overrides: string | null;
}

export interface CampaignCache {
  has(projectId: number, wanted: Wanted): boolean;
  get(projectId: number, wanted: Wanted, compile: () => CompiledCampaign): CompiledCampaign;
}

export function createCampaignCache(): CampaignCache {
  const entries = new Map<string, CompiledCampaign>();

  function keyOf(projectId: number, wanted: Wanted): string {
    const { overrides } = wanted;
    const own =
      overrides !== null && overrides.length > MAX_OVERRIDES_KEY ? `execution ${wanted.id}` : overrides;
    return `${projectId}:${wanted.campaignId}:${wanted.version}:${own ?? ""}`;
  }

  return {
    has: (projectId, wanted) => entries.has(keyOf(projectId, wanted)),
    get(projectId, wanted, compile) {
      const key = keyOf(projectId, wanted);
      const campaign = entries.get(key) ?? compile();
      entries.delete(key);
      entries.set(key, campaign);
      if (entries.size > MAX_ENTRIES) entries.delete(entries.keys().next().value ?? "");
      return campaign;
    },
  };
}
