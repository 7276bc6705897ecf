/**
 * What a message's templates are rendered with, in the order in which names are looked up: the target's own params,
 * the call's params, the profile. Deliveries and previews go through here, so that they cannot differ.
 */
import type { RenderRequest } from "./compiled-campaign.ts";
import { type Profile, profileLayer } from "./profile.ts";

type Layer = Readonly<Record<string, unknown>>;

export interface RenderCase {
  /** The target's own; null where it has none. */
  readonly targetParams: Layer | null;
  readonly callParams: Layer;
  readonly profile: Profile | null;
  readonly nowMs: number;
  readonly defaultFrom: string;
}

const NOTHING: Layer = {};

/** @param layerOf kept by whoever renders several messages for one person. */
export function renderRequest(
  { targetParams, callParams, profile, nowMs, defaultFrom }: RenderCase,
  layerOf: (profile: Profile) => Layer = profileLayer,
): RenderRequest {
  const language = profile?.system.language;
  return {
    layers: [targetParams ?? NOTHING, callParams, profile === null ? NOTHING : layerOf(profile)],
    nowMs,
    language: typeof language === "string" ? language : null,
    defaultFrom,
  };
}
