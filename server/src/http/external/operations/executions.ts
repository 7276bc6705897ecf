/** execute/campaign: the main job. */
import { Type } from "typebox";
import { awaitOutcome } from "../../../actions/executions/await-outcome.ts";
import { canonicalJson } from "../../../base/canonical-json.ts";
import { sha256 } from "../../../base/crypto.ts";
import { AppError } from "../../../base/errors.ts";
import { type ExecuteRequest, parseExecute } from "../../../domain/execute-request.ts";
import { isTooLarge } from "../../../domain/target-list.ts";
import type { Answer } from "../envelope.ts";
import type { Call, Operation, Services } from "../operation.ts";

/** A call of 100,000 targets with a few params each is about 20 MB (decisions: limits). */
const BODY_LIMIT = 32 * 1_048_576;

const body = Type.Object({
  id: Type.Union([Type.Integer(), Type.String()], { description: "A live API-triggered campaign." }),
  target: Type.Optional(Type.Array(Type.Union([Type.String(), Type.Integer()]))),
  target_by: Type.Optional(
    Type.String({
      description: "id (device, the default), user_id, external_id, email, mobile_number, token, profile_id",
    }),
  ),
  target_with_params: Type.Optional(Type.Record(Type.String(), Type.Record(Type.String(), Type.Unknown()))),
  params: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  time: Type.Optional(Type.Union([Type.String(), Type.Integer()])),
  target_existing_only: Type.Optional(Type.Integer()),
  async: Type.Optional(Type.Boolean()),
  idempotency_key: Type.Optional(Type.String()),
});

export const executeCampaign: Operation = {
  method: "execute",
  model: "campaign",
  scope: "execute",
  summary: "Execute a campaign",
  description:
    "Sends an API-triggered template to the given targets. Values are looked up in the target's own params, the " +
    "call's params, then the profile; what is nowhere is empty. The answer comes once the call is committed to " +
    "disk. Any overridable campaign field may be given for this execution only.",
  body,
  examples: [
    {
      id: "CAMPAIGNID",
      target_by: "user_id",
      target_with_params: { "crm-user-1": { fname: "Alex", balance: "100 EUR" } },
    },
  ],
  bodyLimit: BODY_LIMIT,
  run,
};

async function run({ context, acceptor }: Services, call: Call): Promise<Answer> {
  const parsed = parseExecute(call.body, context.clock.now());
  if (!parsed.ok) throw refusal(parsed.error);
  const request = parsed.value;
  const key = keyOf(call, request);
  const keyed = key === null ? null : { key, fingerprint: fingerprint(call.body) };
  const { projectId } = call.caller;
  const outcome = await acceptor.accept(projectId, { request, requestId: call.requestId, keyed });
  if (outcome.kind === "refused") throw outcome.error;
  const headers = outcome.isReplay ? { "idempotent-replayed": "true" } : {};
  const message = outcome.isReplay
    ? "Campaign was executed before with this key"
    : "Campaign successfully executed";
  if (request.async) return { message, model: outcome.answer, headers };
  const waited = await awaitOutcome(context, projectId, outcome.answer.id);
  return {
    message,
    model: { ...outcome.answer, is_complete: waited.isComplete, outcomes: waited.outcomes },
    headers,
    ...(waited.rows === null ? {} : { data: waited.rows }),
  };
}

function refusal(error: Parameters<typeof isTooLarge>[0]): AppError {
  if (isTooLarge(error))
    return new AppError("too_large", { message: "Campaign is not executed", errors: error.tooLarge });
  return new AppError("invalid", { message: "Campaign is not executed", errors: error });
}

/** The header, or its twin in the body for callers that cannot set headers. */
function keyOf(call: Call, request: ExecuteRequest): string | null {
  const header = call.idempotencyKey;
  if (header === undefined) return request.idempotencyKey;
  if (request.idempotencyKey !== null && request.idempotencyKey !== header) {
    const errors = { idempotency_key: ["Idempotency-Key and idempotency_key differ."] };
    throw new AppError("invalid", { message: "Campaign is not executed", errors });
  }
  return header;
}

/** Credentials and the key itself are no part of what is asked. */
function fingerprint(given: Readonly<Record<string, unknown>>): string {
  const { apptoken: _token, idempotency_key: _key, ...asked } = given;
  return sha256(canonicalJson(asked)).toString("hex");
}
