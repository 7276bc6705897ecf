/** The External API is this table. Adding an operation is adding an entry and a use case. */
import type { Operation } from "./operation.ts";
import { campaignOperations } from "./operations/campaigns.ts";
import { executeCampaign } from "./operations/executions.ts";
import { messageOperations } from "./operations/messages.ts";
import { profileOperations } from "./operations/profiles.ts";

export const OPERATIONS: readonly Operation[] = [
  executeCampaign,
  ...campaignOperations,
  ...profileOperations,
  ...messageOperations,
];
