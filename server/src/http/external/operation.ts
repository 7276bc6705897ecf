/** One entry of the External API's route table. From it come the route, the scope check and the reference. */
import type { TSchema } from "typebox";
import type { Context } from "../../actions/context.ts";
import type { Acceptor } from "../../actions/executions/acceptor.ts";
import type { Caller } from "../auth.ts";
import type { Answer } from "./envelope.ts";

/** Scope names on the wire (decisions, section 2): one for each row of the seed's tables. */
export const SCOPES = [
  "create",
  "batch-create",
  "update",
  "delete",
  "list",
  "info",
  "send",
  "execute",
  "start",
  "stop",
  "schedule",
  "expire-inbox",
  "remove-inbox",
  "cancel-journey",
  "hit-tag",
  "hit-event",
  "import",
  "export",
  "analytics",
  "download-file",
  "integration",
  "data",
] as const;
export type Scope = (typeof SCOPES)[number];

export interface Call {
  readonly caller: Caller;
  readonly body: Readonly<Record<string, unknown>>;
  readonly requestId: string;
  /** The Idempotency-Key header as sent. */
  readonly idempotencyKey: string | undefined;
}

/** What operations work with; built once by the composition root. */
export interface Services {
  readonly context: Context;
  readonly acceptor: Acceptor;
}

export interface Operation {
  readonly method: string;
  readonly model: string;
  /** Other models that lead to the same route. */
  readonly aliases?: readonly string[];
  readonly scope: Scope;
  readonly summary: string;
  readonly description: string;
  /** Documents the body; the use case's own parser decides and names the field. */
  readonly body: TSchema;
  readonly examples: readonly Readonly<Record<string, unknown>>[];
  /** Bytes; the server's default where not given. */
  readonly bodyLimit?: number;
  readonly run: (services: Services, call: Call) => Promise<Answer>;
}
