/** Secrets of connections: how they are made, and what binds the sealed ones to their project. */
import { randomBytes } from "node:crypto";
import { WEBHOOK_SECRET_PREFIX } from "../../domain/connection.ts";

/** Standard Webhooks asks for 24 to 64. */
const SECRET_BYTES = 32;

/** A new signing secret: `whsec_` and 256 random bits in base64. */
export const newWebhookSecret = (): string =>
  WEBHOOK_SECRET_PREFIX + randomBytes(SECRET_BYTES).toString("base64");

/** A sealed value pasted into another project's row does not open there. */
export const connectionSecretContext = (projectId: number): string =>
  `project:${projectId}:connection-secret`;
