/** delete-personal-data of a profile and of a device. */
import { queueDeviceErasure, queueProfileErasure } from "../../../actions/erasure/queue-erasure.ts";
import type { Answer } from "../envelope.ts";
import type { AnswerDoc, Call, Operation, Services } from "../operation.ts";
import { answered, answeredObject, bodySchema, idSchema, textSchema } from "./doc-schema.ts";

const MESSAGE = "Personal data is queued for deletion.";

const ANSWERS: readonly AnswerDoc[] = [
  {
    code: 202,
    model: answeredObject({
      id: answered("integer", "The task; info/task tells when it is done."),
      task_id: answered("integer", "The task, under its other name."),
    }),
    example: { code: 202, success: true, message: MESSAGE, model: { id: 93, task_id: 93 } },
  },
];

const run =
  (queue: typeof queueProfileErasure) =>
  async ({ context }: Services, call: Call): Promise<Answer> => {
    const taskId = await queue(context, call.caller.projectId, call.body);
    return { code: 202, message: MESSAGE, model: { id: taskId, task_id: taskId } };
  };

export const erasureOperations: readonly Operation[] = [
  {
    method: "delete-personal-data",
    model: "profile",
    scope: "data",
    takesIdempotencyKey: true,
    summary: "Delete a person's data",
    description:
      "Deletes the profile with its devices, addresses, events, tag hits and places in user lists. Its messages stay " +
      "as rows without anything that leads to the person, so that counts stay true; waiting messages are skipped as " +
      "unknown_target. An address that had opted out stays in the suppression as a salted hash. It cannot be undone.",
    body: bodySchema({
      id: idSchema("The profile's id; profile_id is taken too. Exactly one of the three is given."),
      profile_id: idSchema("The same."),
      user_id: textSchema("Your own id of the person.", { maxLength: 255 }),
    }),
    examples: [{ user_id: "u-1" }, { id: 7050 }],
    exampleTitles: ["By your own id", "By the profile's id"],
    answers: ANSWERS,
    errors: ["not_found"],
    run: run(queueProfileErasure),
  },
  {
    method: "delete-personal-data",
    model: "device",
    scope: "data",
    takesIdempotencyKey: true,
    summary: "Delete a device's data",
    description:
      "Deletes the device with its token and its places in user lists, and takes the token out of its messages. The " +
      "person stays. A device that had opted out leaves its token in the suppression as a salted hash.",
    body: bodySchema({
      id: idSchema("The device's id."),
      device_id: idSchema("The same, where id is not given."),
    }),
    examples: [{ id: 640_071 }],
    answers: ANSWERS,
    errors: ["not_found"],
    run: run(queueDeviceErasure),
  },
];
