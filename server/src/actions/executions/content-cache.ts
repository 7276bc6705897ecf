/** Parsed contents of campaign versions; a version is frozen, so an entry never goes stale. */
import { type CampaignContent, EMPTY_CONTENT } from "../../domain/campaign-content.ts";

const MAX_ENTRIES = 1_000;

export interface ContentCache {
  get(key: string): CampaignContent | null;
  /** @param stored the content as JSON. */
  set(key: string, stored: string): void;
}

export const contentKey = (projectId: number, campaignId: number, version: number): string =>
  `${projectId}:${campaignId}:${version}`;

export const readContent = (stored: string): CampaignContent => ({
  ...EMPTY_CONTENT,
  ...(JSON.parse(stored) as Partial<CampaignContent>),
});

export function createContentCache(): ContentCache {
  const entries = new Map<string, CampaignContent>();
  return {
    get: (key) => entries.get(key) ?? null,
    set(key, stored) {
      entries.set(key, readContent(stored));
      if (entries.size > MAX_ENTRIES) entries.delete(entries.keys().next().value ?? "");
    },
  };
}
