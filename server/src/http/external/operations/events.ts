/** hit/event, one and many. */
import { Type } from "typebox";
import { hitEvents } from "../../../actions/events/hit-events.ts";
import type { Answer } from "../envelope.ts";
import type { Call, Operation, Services } from "../operation.ts";
import { answered, answeredObject } from "./doc-schema.ts";

/** A thousand events with a few kilobytes of value each. */
const BODY_LIMIT = 8 * 1_048_576;

const EVENT = {
  event: Type.Optional(Type.String({ description: "Its name; the first use defines it." })),
  user_id: Type.Optional(
    Type.Union([Type.String(), Type.Integer()], { description: "Unknown: a profile is made." }),
  ),
  value: Type.Optional(Type.Unknown({ description: "Any JSON value." })),
  user_attributes: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), { description: "Written to the profile before the event." }),
  ),
  timestamp: Type.Optional(
    Type.Union([Type.String(), Type.Integer()], {
      description: "2024-12-13 11:36:00 +01:00; no offset means UTC; now when not given",
    }),
  ),
  event_id: Type.Optional(Type.String({ description: "Your own id: the same one counts once." })),
  consent_preferences: Type.Optional(Type.Unknown({ description: "Accepted and passed over." })),
};

const body = Type.Object({
  ...EVENT,
  events: Type.Optional(
    Type.Array(Type.Object(EVENT), { description: "Up to 1,000, in place of a single event." }),
  ),
  partial: Type.Optional(
    Type.Boolean({ description: "true stores the valid events and answers with errors for the others." }),
  ),
  async: Type.Optional(Type.Boolean({ description: "Accepted; the answer says true either way." })),
  idempotency_key: Type.Optional(
    Type.String({ description: "As the Idempotency-Key header, for callers that cannot set headers." }),
  ),
});

async function run({ context }: Services, call: Call): Promise<Answer> {
  const hit = await hitEvents(context, call.caller.projectId, call.body);
  return {
    async: true,
    model: { accepted: hit.accepted, rejected: hit.rejected },
    ...(hit.errors === null ? {} : { errors: hit.errors }),
  };
}

export const eventOperations: readonly Operation[] = [
  {
    method: "hit",
    model: "event",
    scope: "hit-event",
    summary: "Hit events",
    description:
      "Stores one event, or up to 1,000 in events. All are checked first and one that is wrong refuses the call; " +
      "partial: true takes the others. The answer comes once they are committed to disk.",
    body,
    examples: [
      {
        user_id: "u-9",
        event: "deposit",
        value: { amount: 20 },
        user_attributes: { email: "a@example.org" },
      },
      { events: [{ user_id: "u-9", event: "login", event_id: "login-77" }], partial: true },
    ],
    exampleTitles: ["One event, with attributes of the person", "Several, of which the valid ones are taken"],
    answers: [
      {
        code: 200,
        model: answeredObject({
          accepted: answered(
            "integer",
            "Events that are stored, those included whose event_id was stored before.",
          ),
          rejected: answered("integer", "Events that were left out; partial: true only. errors says why."),
        }),
        example: { code: 200, success: true, async: true, model: { accepted: 1, rejected: 0 } },
      },
    ],
    errors: ["too_large"],
    takesIdempotencyKey: true,
    bodyLimit: BODY_LIMIT,
    run,
  },
];
