/** The External API is this table. Adding an operation is adding an entry and a use case. */
import type { Operation } from "./operation.ts";
import { attributeOperations } from "./operations/attributes.ts";
import { campaignOperations } from "./operations/campaigns.ts";
import { deviceOperations } from "./operations/devices.ts";
import { erasureOperations } from "./operations/erasure.ts";
import { eventOperations } from "./operations/events.ts";
import { executeCampaign } from "./operations/executions.ts";
import { listOperations } from "./operations/lists.ts";
import { messageOperations } from "./operations/messages.ts";
import { profileOperations } from "./operations/profiles.ts";
import { sendOperations } from "./operations/sends.ts";
import { subscriptionOperations } from "./operations/subscriptions.ts";
import { suppressionOperations } from "./operations/suppression.ts";
import { tagOperations } from "./operations/tags.ts";

export const OPERATIONS: readonly Operation[] = [
  executeCampaign,
  ...sendOperations,
  ...campaignOperations,
  ...profileOperations,
  ...messageOperations,
  ...eventOperations,
  ...attributeOperations,
  ...deviceOperations,
  ...suppressionOperations,
  ...listOperations,
  ...tagOperations,
  ...subscriptionOperations,
  ...erasureOperations,
];
