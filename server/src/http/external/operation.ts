/** One entry of the External API's route table. From it come the route, the scope check and the reference. */
import type { TSchema } from "typebox";
import type { Context } from "../../actions/context.ts";
import type { Acceptor } from "../../actions/executions/acceptor.ts";
import type { UnkeyedCall } from "../../actions/executions/execute-call.ts";
import type { Once } from "../../actions/idempotency/once.ts";
import type { LimitsOf } from "../../actions/limits/call-limits.ts";
import type { Quota } from "../../actions/limits/quota.ts";
import type { ErrorName } from "../../base/errors.ts";
import type { Scope } from "../../domain/scope.ts";
import type { ApiCaller } from "../auth.ts";
import type { Answer } from "./envelope.ts";
import type { PageMarks } from "./page-marks.ts";

export interface Call {
  readonly caller: ApiCaller;
  readonly body: Readonly<Record<string, unknown>>;
  readonly requestId: string;
  /** The Idempotency-Key header as sent. */
  readonly idempotencyKey: string | undefined;
  /** By which the call is known again when it is repeated without a key. Watches the connection from then on. */
  readonly unkeyed: () => UnkeyedCall;
}

/** Who calls, as the audit trail names programs. */
export const authorOf = ({ caller }: Call): string =>
  caller.clientId === null ? "app token" : `client:${caller.clientId}`;

/** What operations work with; built once by the composition root. */
export interface Services {
  readonly context: Context;
  readonly acceptor: Acceptor;
  readonly pages: PageMarks;
  readonly once: Once;
  readonly quota: Quota;
  readonly limitsOf: LimitsOf;
  /** For a call that waits for long: another one takes its place meanwhile. */
  readonly standAside: <T>(wait: () => Promise<T>) => Promise<T>;
}

/** What an operation answers, for the reference: nothing is checked against it when a call is served. */
export interface AnswerDoc {
  readonly code: 200 | 202;
  /** When it is this one, where an operation has several. */
  readonly when?: string;
  /** What `model` holds. */
  readonly model?: TSchema;
  /** One entry of `data`. */
  readonly row?: TSchema;
  /** The whole envelope. */
  readonly example: Readonly<Record<string, unknown>>;
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
  /** For the reference: what each example shows, in their order. */
  readonly exampleTitles?: readonly string[];
  /** For the reference; the envelope alone is shown where none is given. */
  readonly answers?: readonly AnswerDoc[];
  /** For the reference: errors of this operation beside those that every operation can answer. */
  readonly errors?: readonly ErrorName[];
  /** A key is honoured: `run` then works inside the transaction that keeps the key with the answer. */
  readonly takesIdempotencyKey?: boolean;
  /** `run` keeps the key itself, because it writes many calls in one transaction. */
  readonly claimsKeyItself?: boolean;
  /** Bytes; the server's default where not given. */
  readonly bodyLimit?: number;
  readonly run: (services: Services, call: Call) => Promise<Answer>;
}
