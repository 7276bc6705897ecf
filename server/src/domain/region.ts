/**
 * Regions: a deployment that has a name marks the credentials that it makes (`crl_eu_...`, `ccl_eu_7_...`,
 * `cat_eu_7_...`), so that another one can tell where a stranger belongs. Those without a mark stay as good.
 */

/** Endpoints of the other regions by name. */
export type OtherRegions = Readonly<Record<string, string>>;

/** What stands between a credential's kind and the rest. */
export const regionMark = (region: string | undefined): string => (region === undefined ? "" : `${region}_`);

/** An app token names no project; in the others its number stands behind the mark. */
const MARKED = /^(?:crl_([a-z0-9-]{1,32})_|(?:cat|ccl)_([a-z0-9-]{1,32})_[1-9]\d{0,9}_)/;

/** The region that a credential names; null for none. Says nothing about whether it is a credential. */
export function regionOf(credential: string): string | null {
  const match = MARKED.exec(credential);
  return match?.[1] ?? match?.[2] ?? null;
}

/** The sentence for a credential of another region that is known here; null for all others. */
export function elsewhere(credential: string, others: OtherRegions): string | null {
  const region = regionOf(credential);
  const endpoint = region !== null && Object.hasOwn(others, region) ? others[region] : undefined;
  return endpoint === undefined
    ? null
    : `The credential belongs to the region ${region}. Call ${endpoint} with it.`;
}
