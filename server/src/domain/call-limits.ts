/** What the External API allows a project, as `projects.settings` says it, over the instance's own default. */
import { readProjectSettings } from "./project-settings.ts";

export interface CallLimits {
  /** Calls in one window; null: no quota. */
  readonly quota: number | null;
  /** Is a call without a key, whose answer was lost, known again when it is repeated? */
  readonly detectsRetries: boolean;
}

/** Long enough for a burst at the start of a campaign, short enough that a refused caller is back within seconds. */
export const QUOTA_WINDOW_MS = 10_000;

/** @param settings JSON. What is missing there, or is none of these, is the instance's: never a refusal by mistake. */
export function readCallLimits(settings: string, defaultCallsPerSecond: number): CallLimits {
  const { quota_calls_per_second: own, unkeyed_retry_detection: detectsRetries } =
    readProjectSettings(settings);
  const perSecond = own ?? defaultCallsPerSecond;
  return { quota: perSecond === 0 ? null : (perSecond * QUOTA_WINDOW_MS) / 1000, detectsRetries };
}
