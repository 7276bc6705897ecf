/** What the External API allows a project, as `projects.settings` says it, over the instance's own default. */
import { isRecord } from "./field-label.ts";

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
  const stored = recordIn(settings);
  const given = stored.quota_calls_per_second;
  const isGiven = typeof given === "number" && Number.isInteger(given) && given > 0;
  const perSecond = isGiven ? given : defaultCallsPerSecond;
  return {
    quota: perSecond === 0 ? null : (perSecond * QUOTA_WINDOW_MS) / 1000,
    detectsRetries: stored.unkeyed_retry_detection !== false,
  };
}

function recordIn(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}
