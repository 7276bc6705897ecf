/** send/campaign and schedule/campaign: a campaign that goes out once, now or at a time. */
import { Type } from "typebox";
import { type Sent, sendCampaign } from "../../../actions/campaigns/send-campaign.ts";
import type { Answer } from "../envelope.ts";
import { type AnswerDoc, authorOf, type Call, type Operation, type Services } from "../operation.ts";
import { campaignProperties } from "./campaign-body.ts";
import { answered, answeredObject, bodySchema, idSchema, timeSchema } from "./doc-schema.ts";
import { TARGET_PROPERTIES } from "./executions.ts";

/** 100,000 targets with a few params each, as execute/campaign takes them. */
const BODY_LIMIT = 32 * 1_048_576;

const PROPERTIES = {
  id: idSchema("A draft with trigger: 0. Without it the other fields make the campaign that is sent."),
  ...TARGET_PROPERTIES,
  ...campaignProperties("create"),
  tokenArray: Type.Unsafe<unknown>({
    type: ["array", "null"],
    items: { type: ["string", "integer"] },
    title: "list of texts",
    description:
      "Push tokens, in place of target; those that the campaign was made with are used when it has any.",
  }),
};

const SEND_BODY = bodySchema(PROPERTIES);
const SCHEDULE_BODY = bodySchema(
  {
    ...PROPERTIES,
    time: timeSchema(
      "When it goes out: Unix seconds, or a time with a zone (UTC when none), such as 2030-01-31 09:30 " +
        "Europe/Dublin. Up to a year ahead.",
    ),
  },
  ["time"],
);

function answerOf(sent: Sent, done: string): Answer {
  if (sent.kind === "execution") return { message: `Campaign successfully ${done}`, model: sent.answer };
  const { taskId, campaignId, time } = sent;
  return {
    code: 202,
    message: `Campaign successfully ${done}: a task walks through everybody.`,
    model: { id: taskId, task_id: taskId, campaign_id: campaignId, time },
  };
}

const run =
  (isScheduled: boolean, done: string) =>
  async ({ context }: Services, call: Call): Promise<Answer> => {
    const { caller, body, requestId } = call;
    const asked = { body, requestId, isScheduled, author: authorOf(call) };
    return answerOf(await sendCampaign(context, caller.projectId, asked), done);
  };

const answersOf = (done: string, time: number): readonly AnswerDoc[] => [
  {
    code: 200,
    when: "For targets: the call is committed",
    model: answeredObject({
      id: answered("integer", "The execution."),
      campaign_id: answered("integer", "The campaign."),
      accepted: answered("integer", "Targets that were accepted, twins collapsed."),
      time: answered("integer", "When it is sent. Unix seconds."),
      warnings: answered("array", "What was passed over, in sentences; absent when nothing was."),
    }),
    example: {
      code: 200,
      success: true,
      message: `Campaign successfully ${done}`,
      model: { id: 1001, campaign_id: 1205, accepted: 2, time },
    },
  },
  {
    code: 202,
    when: "For everybody: the task is queued, and info/task tells how many people it found",
    model: answeredObject({
      id: answered("integer", "The task."),
      task_id: answered("integer", "The task, under its other name."),
      campaign_id: answered("integer", "The campaign."),
      time: answered("integer", "When it is sent. Unix seconds."),
    }),
    example: {
      code: 202,
      success: true,
      message: `Campaign successfully ${done}: a task walks through everybody.`,
      model: { id: 92, task_id: 92, campaign_id: 1205, time },
    },
  },
];

const AUDIENCE =
  "The audience is the call's own, as in execute/campaign, or tokenArray, or everybody with broadcast: 1; a call " +
  "that says nothing of it uses the campaign's tokenArray or broadcast. Two of them together are refused, and " +
  "nobody is never taken for everybody. ";
const ONCE =
  "Only a draft is sent, so the same id is never sent twice: 409 names the state. The campaign is live until the " +
  "last message is settled, and past then.";

const SMS = { title: "Sale", sms: 1, messages: { 9: { sms_text: "Sale until noon" } } };

export const sendOperations: readonly Operation[] = [
  {
    method: "send",
    model: "campaign",
    scope: "send",
    takesIdempotencyKey: true,
    summary: "Send a campaign",
    description: `Sends a campaign once, now: the draft that id names, or one that the same call makes. ${AUDIENCE}${ONCE}`,
    body: SEND_BODY,
    examples: [
      { id: "CAMPAIGNID" },
      { ...SMS, target_by: "user_id", target: ["u-1", "u-2"] },
      { ...SMS, broadcast: 1 },
      { title: "Gate change", android: { active: 1 }, text: "Go to gate B100", tokenArray: ["cT7-d0"] },
    ],
    exampleTitles: [
      "A draft, to the audience that it was made with",
      "Made and sent in one call, to two people",
      "Made and sent to everybody",
      "The first model: to push tokens",
    ],
    answers: answersOf("sent", 1_767_225_600),
    errors: ["not_found", "conflict", "too_large"],
    bodyLimit: BODY_LIMIT,
    run: run(false, "sent"),
  },
  {
    method: "schedule",
    model: "campaign",
    scope: "schedule",
    takesIdempotencyKey: true,
    summary: "Schedule a campaign",
    description:
      `Sends a campaign once, at a time: the draft that id names, or one that the same call makes. ${AUDIENCE}` +
      `With broadcast everybody who is there at that time is meant. stop/campaign before the time cancels it. ${ONCE}`,
    body: SCHEDULE_BODY,
    examples: [
      { id: "CAMPAIGNID", time: "2030-01-31 09:30 Europe/Dublin", target_by: "user_id", target: ["u-1"] },
      { ...SMS, broadcast: 1, time: 1_893_456_000 },
    ],
    exampleTitles: [
      "A draft, to one person (a time that is over is refused: set yours)",
      "Made and scheduled for everybody",
    ],
    answers: answersOf("scheduled", 1_893_456_000),
    errors: ["not_found", "conflict", "too_large"],
    bodyLimit: BODY_LIMIT,
    run: run(true, "scheduled"),
  },
];
