/** What list/profile-subscription logs: that a person's subscription to an addressed channel became another. */
import type { Profile, SystemColumn } from "./profile.ts";

export interface SubscriptionChange {
  readonly profileId: number;
  /** 7 email, 9 SMS, 10 WhatsApp. */
  readonly messageType: number;
  readonly address: string | null;
  readonly status: 0 | 1;
}

const CHANNELS: readonly (readonly [type: number, subscription: SystemColumn, address: SystemColumn])[] = [
  [7, "email_subscription", "email"],
  [9, "sms_subscription", "mobile_number"],
  [10, "whatsapp_subscription", "whatsapp_number"],
];

/** A subscription that is taken back without a word (null) is one that ended. */
export function subscriptionChanges(before: Profile, after: Profile): SubscriptionChange[] {
  return CHANNELS.flatMap(([messageType, subscription, address]): SubscriptionChange[] => {
    const was = before.system[subscription];
    const is = after.system[subscription];
    if (was === is || (was === null && is === null)) return [];
    const shown = after.system[address] ?? before.system[address];
    const status = is === 1 ? 1 : 0;
    return [{ profileId: after.id, messageType, address: shown === null ? null : String(shown), status }];
  });
}
