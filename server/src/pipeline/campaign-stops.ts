/** Word of a stopped campaign reaches the hauls that are working on it: they hand over nothing more. */
export interface CampaignStops {
  announce(projectId: number, campaignId: number): void;
  watch(projectId: number, campaignIds: ReadonlySet<number>): { readonly signal: AbortSignal; end(): void };
}

export function createCampaignStops(): CampaignStops {
  const watchers = new Set<(projectId: number, campaignId: number) => void>();
  return {
    announce(projectId, campaignId) {
      for (const watcher of watchers) watcher(projectId, campaignId);
    },
    watch(projectId, campaignIds) {
      const stopped = new AbortController();
      const watcher = (project: number, campaign: number): void => {
        if (project === projectId && campaignIds.has(campaign)) stopped.abort();
      };
      watchers.add(watcher);
      return { signal: stopped.signal, end: () => watchers.delete(watcher) };
    },
  };
}
