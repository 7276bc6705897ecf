/** execute/campaign: the main job. */
import { Type } from "typebox";
import { awaitOutcome } from "../../../actions/executions/await-outcome.ts";
import { AppError } from "../../../base/errors.ts";
import { type ExecuteRequest, parseExecute } from "../../../domain/execute-request.ts";
import { isTooLarge, MAX_TARGETS, TARGET_BY } from "../../../domain/target-list.ts";
import type { Answer } from "../envelope.ts";
import { fingerprint } from "../idempotency.ts";
import type { AnswerDoc, Call, Operation, Services } from "../operation.ts";
import { campaignProperties } from "./campaign-body.ts";
import {
  answered,
  answeredObject,
  bodySchema,
  choiceSchema,
  flagSchema,
  idSchema,
  openSchema,
  textSchema,
  timeSchema,
} from "./doc-schema.ts";

/** A call of 100,000 targets with a few params each is about 20 MB (decisions: limits). */
const BODY_LIMIT = 32 * 1_048_576;

/** Who a call is for, and the values of their messages: as in send/campaign. */
export const TARGET_PROPERTIES = {
  target: Type.Unsafe<unknown>({
    type: ["array", "object", "string", "null"],
    maxLength: 0,
    maxItems: MAX_TARGETS,
    items: { type: ["string", "integer"] },
    title: "list of texts or numbers",
    description:
      "Who it is for, in the form that target_by names; 100,000 at the most. United with the names in " +
      "target_with_params; whoever is named twice gets one message. One of the two must name somebody.",
  }),
  target_by: choiceSchema(
    TARGET_BY,
    "How targets are named. id is the device's id; external_id is the old name of user_id.",
    { default: "id" },
  ),
  target_with_params: openSchema(
    "object",
    "Targets with values of their own: {target: {name: value}}. A target's value wins over params.",
    openSchema("object", "This target's own values."),
  ),
  params: openSchema(
    "object",
    "Values for every target, under the names that the template uses. A text is data, never a template. " +
      "external_message_id is your own reference: it comes back in webhooks and list/message. Below 2 MB.",
  ),
  target_existing_only: flagSchema(
    "With target_by user_id: 1 skips people who are not known, 0 creates a profile for them.",
    { default: 1 },
  ),
};

const body = bodySchema(
  {
    id: idSchema("A live campaign with trigger: 3."),
    ...TARGET_PROPERTIES,
    time: timeSchema(
      "When to send: Unix seconds, or a time with a zone (UTC when none), such as 2030-01-31 09:30 Europe/Dublin. " +
        "From five minutes ago to a year ahead; now when not given.",
    ),
    async: flagSchema(
      "1 answers once the call is committed. 0 waits up to 30 s for the outcome and adds model.outcomes.",
      { default: 1 },
    ),
    idempotency_key: textSchema(
      "As the Idempotency-Key header, for callers that cannot set headers: 1 to 255 printable characters.",
      { maxLength: 255 },
    ),
    ...campaignProperties("execute"),
  },
  ["id"],
);

const ACCEPTED = {
  id: answered("integer", "The execution."),
  campaign_id: answered("integer", "The campaign."),
  accepted: answered("integer", "Targets that were accepted, twins collapsed."),
  time: answered("integer", "When it is sent. Unix seconds."),
  warnings: answered("array", "What was passed over, in sentences; absent when nothing was."),
};

const MODEL = answeredObject({
  ...ACCEPTED,
  is_complete: answered("boolean", "async: 0 only. False when 30 s were not enough."),
  outcomes: answered("object", 'async: 0 only. Messages by outcome, such as {"delivered": 2}.'),
});

const ROW = answeredObject({
  target: answered("string", "The target as the call gave it."),
  message_id: answered("integer", "The message."),
  channel: answered("integer", "Message type: 1, 2, 3 push, 6 inbox, 7 email, 8 webhook, 9 SMS."),
  status: answered("integer", "0 queued to 11 skipped, as in list/message."),
  outcome: answered("string", "The status as a word."),
  reason: answered(["string", "null"], "Why it was skipped or failed, from a closed set."),
  error: answered(["string", "null"], "What the provider said."),
});

const REPLAYED = "Campaign was executed before with this key";
const REPEATED =
  "Campaign was executed before: the same call came within two minutes and its answer was lost. Nothing is sent again";
const EXECUTED = "Campaign successfully executed";
const MODEL_EXAMPLE = { id: 1000, campaign_id: 1204, accepted: 2, time: 1_767_225_600 };

const ANSWERS: readonly AnswerDoc[] = [
  {
    code: 200,
    when: "The call is committed",
    model: answeredObject(ACCEPTED),
    example: { code: 200, success: true, message: EXECUTED, model: MODEL_EXAMPLE },
  },
  {
    code: 200,
    when: "With async: 0, for at most 100 messages also with a row for each",
    model: MODEL,
    row: ROW,
    example: {
      code: 200,
      success: true,
      message: EXECUTED,
      model: { ...MODEL_EXAMPLE, is_complete: true, outcomes: { delivered: 1, skipped: 1 } },
      data: [
        {
          target: "crm-user-1",
          message_id: 40_771,
          channel: 9,
          status: 3,
          outcome: "delivered",
          reason: null,
          error: null,
        },
        {
          target: "crm-user-2",
          message_id: 40_772,
          channel: 9,
          status: 11,
          outcome: "skipped",
          reason: "unsubscribed",
          error: null,
        },
      ],
    },
  },
];

/** The seed's own examples, in its order. */
const EXAMPLES: readonly (readonly [title: string, body: Readonly<Record<string, unknown>>])[] = [
  [
    "Two people by user id, each with values of their own",
    {
      id: "CAMPAIGNID",
      target_with_params: {
        "crm-user-1": { fname: "Alex", balance: "100 EUR" },
        "crm-user-2": { fname: "John", balance: "80 EUR" },
      },
      target_by: "user_id",
    },
  ],
  [
    "At a time, with your own reference (a time that is over is refused: set yours)",
    {
      id: "CAMPAIGNID",
      target: ["user1", "user2"],
      target_by: "user_id",
      params: { external_message_id: "987654321" },
      time: "2021-01-01 12:00 UTC",
    },
  ],
  [
    "One device, with a deep link in the payload",
    {
      id: "CAMPAIGNID",
      target: [123456],
      payload_add: [{ key: "URL_KEY", value: "https://m.example.com/deeplink/123456" }],
    },
  ],
  [
    "One message's option replaced, and two weeks to deliver",
    {
      id: "CAMPAIGNID",
      target_by: "user_id",
      target: ["12345"],
      messages: { "3": { push_require_interaction: true } },
      retry_for: 2,
      retry_for_period: "weeks",
    },
  ],
  [
    "One person, with your own reference",
    {
      id: "CAMPAIGNID",
      target_by: "user_id",
      target_with_params: { "12345": { first_name: "FIRSTNAME", external_message_id: "987654321" } },
    },
  ],
  [
    "Wait for the outcome",
    { id: "CAMPAIGNID", target_by: "user_id", target: ["12345"], params: { gate_num: "B100" }, async: false },
  ],
];

export const executeCampaign: Operation = {
  method: "execute",
  model: "campaign",
  scope: "execute",
  summary: "Execute a campaign",
  description:
    "Sends an API-triggered template to the given targets. Values are looked up in the target's own params, the " +
    "call's params, then the profile; what is nowhere is empty. The answer comes once the call is committed to " +
    "disk: nothing that was accepted is lost. Any overridable campaign field may be given for this execution only. " +
    "Unknown names are ignored, except those that look like a misspelt target, params or time: they are refused. " +
    "A call with an Idempotency-Key that was used before answers as it did then and sends nothing again.",
  body,
  examples: EXAMPLES.map(([, example]) => example),
  exampleTitles: EXAMPLES.map(([title]) => title),
  answers: ANSWERS,
  errors: ["not_found"],
  takesIdempotencyKey: true,
  claimsKeyItself: true,
  bodyLimit: BODY_LIMIT,
  run,
};

async function run({ context, acceptor, limitsOf, standAside }: Services, call: Call): Promise<Answer> {
  const parsed = parseExecute(call.body, context.clock.now());
  if (!parsed.ok) throw refusal(parsed.error);
  const request = parsed.value;
  const key = keyOf(call, request);
  const keyed = key === null ? null : { key, fingerprint: fingerprint(call.body) };
  const { projectId } = call.caller;
  const isWatched = keyed === null && (await limitsOf(projectId)).detectsRetries;
  const unkeyed = isWatched ? call.unkeyed() : null;
  const outcome = await acceptor.accept(projectId, { request, requestId: call.requestId, keyed, unkeyed });
  if (outcome.kind === "refused") throw outcome.error;
  const headers = outcome.isReplay ? { "idempotent-replayed": "true" } : {};
  const message = outcome.isReplay ? (keyed === null ? REPEATED : REPLAYED) : EXECUTED;
  if (request.async) return { message, model: outcome.answer, headers };
  const waited = await standAside(() => awaitOutcome(context, projectId, outcome.answer.id));
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
