/** hit/tag and list/tag-hit. */
import { Type } from "typebox";
import { hitTags } from "../../../actions/tags/hit-tags.ts";
import { TAG_HITS } from "../../../store/list-sources-people.ts";
import type { Answer } from "../envelope.ts";
import { answerList } from "../listing.ts";
import type { Call, Operation, Services } from "../operation.ts";
import {
  answered,
  answeredObject,
  bodySchema,
  idSchema,
  listSchema,
  textSchema,
  timeSchema,
} from "./doc-schema.ts";
import { listBody, rowOf } from "./list-body.ts";

/** A thousand hits with a few kilobytes of value each. */
const BODY_LIMIT = 8 * 1_048_576;

const HIT = {
  user_id: textSchema("Who; a profile is made for an unknown one."),
  device_id: idSchema("In place of user_id: one of the project's devices."),
  tag: textSchema(
    "The key. A value for one that is an attribute is written as such; an unknown one becomes a tag.",
  ),
  value: Type.Unsafe<unknown>({
    title: "any value",
    description:
      "Of a tag anything or nothing; of an attribute its value. Without one the attribute stays and a hit is stored.",
  }),
  timestamp: timeSchema("When: 2024-12-13 11:36:00 +01:00, no offset means UTC; now when not given."),
};

const HITS_DOC = {
  model: TAG_HITS,
  texts: {
    id: "The hit.",
    tag: "The tag's key.",
    device_id: "The device, where the hit named one.",
    value: "What came with it; filtered and sorted by as text.",
    timestamp: "When it happened.",
    create_time: "When it was stored.",
  },
};

async function hit({ context }: Services, call: Call): Promise<Answer> {
  const accepted = await hitTags(context, call.caller.projectId, call.body);
  return { message: "Tag successfully hit", model: { accepted } };
}

export const tagOperations: readonly Operation[] = [
  {
    method: "hit",
    model: "tag",
    scope: "hit-tag",
    takesIdempotencyKey: true,
    summary: "Hit tags",
    description:
      "Stores that somebody did something, with a time and a value if there is one: one hit, or up to 1,000 in tags. " +
      "A value for a key that is an attribute of people updates that instead. All are checked first; one that is wrong refuses the call.",
    body: bodySchema({
      ...HIT,
      tags: listSchema(bodySchema(HIT, ["tag"]), "list", "In place of a single hit."),
    }),
    examples: [
      { user_id: "u-9", tag: "signin" },
      { tags: [{ user_id: "u-9", tag: "viewed", value: "shoes" }] },
    ],
    exampleTitles: [
      "One tag",
      "A list, with a value and a time (one more than two years ago is refused: set yours)",
    ],
    answers: [
      {
        code: 200,
        model: answeredObject({
          accepted: answered("integer", "Hits that are stored, attributes included."),
        }),
        example: { code: 200, success: true, message: "Tag successfully hit", model: { accepted: 1 } },
      },
    ],
    errors: ["too_large"],
    bodyLimit: BODY_LIMIT,
    run: hit,
  },
  {
    method: "list",
    model: "tag-hit",
    scope: "list",
    summary: "List tag hits",
    description: "Which people and devices hit which tags, and when.",
    body: listBody(HITS_DOC),
    examples: [{ condition: [["tag", "=", "signin"]], order: ["timestamp DESC"] }],
    answers: [
      {
        code: 200,
        row: rowOf(HITS_DOC),
        example: {
          code: 200,
          success: true,
          data: [
            {
              id: 64_009,
              tag: "signin",
              profile_id: "7050",
              user_id: "u-9",
              device_id: null,
              value: null,
              timestamp: 1_767_225_600,
              create_time: 1_767_225_600,
            },
          ],
        },
      },
    ],
    run: (services, call) => answerList(services, call, { model: TAG_HITS }),
  },
];
