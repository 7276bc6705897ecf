/** The External API is this table. Adding an operation is adding an entry and a use case. */
import type { Operation } from "./operation.ts";
import { attributeOperations } from "./operations/attributes.ts";
import { campaignOperations } from "./operations/campaigns.ts";
import { deviceOperations } from "./operations/devices.ts";
import { eventOperations } from "./operations/events.ts";
import { executeCampaign } from "./operations/executions.ts";
import { listOperations } from "./operations/lists.ts";
import { messageOperations } from "./operations/messages.ts";
import { profileOperations } from "./operations/profiles.ts";
import { suppressionOperations } from "./operations/suppression.ts";

export const OPERATIONS: readonly Operation[] = [
  executeCampaign,
  ...campaignOperations,
  ...profileOperations,
  ...messageOperations,
  ...eventOperations,
  ...attributeOperations,
  ...deviceOperations,
  ...suppressionOperations,
  ...listOperations,
];
