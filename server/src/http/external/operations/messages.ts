/** list/push, list/push-devices, list/message and the task operations. */
import { MESSAGES, PUSH_COUNTS, PUSH_DEVICES, PUSHES, TASKS } from "../../../store/list-sources.ts";
import { answerInfo, answerList, INFO_BODY, LIST_BODY } from "../listing.ts";
import type { Operation } from "../operation.ts";

export const messageOperations: readonly Operation[] = [
  {
    method: "list",
    model: "push",
    scope: "list",
    summary: "List push actions",
    description: "One row for each execution and channel, with its counts.",
    body: LIST_BODY,
    examples: [{ condition: [["campaign_id", "=", 5]], order: ["id DESC"] }],
    run: (services, call) => answerList(services, call, { model: PUSHES, extra: PUSH_COUNTS }),
  },
  {
    method: "list",
    model: "push-devices",
    aliases: ["push-device"],
    scope: "list",
    summary: "List results by recipient",
    description: "One row for each message to a device or profile, whatever the channel.",
    body: LIST_BODY,
    examples: [
      {
        condition: [
          ["campaign_id", "=", 5],
          ["error", "=", 1],
        ],
      },
    ],
    run: (services, call) => answerList(services, call, { model: PUSH_DEVICES }),
  },
  {
    method: "list",
    model: "message",
    scope: "list",
    summary: "List messages",
    description: "The message log: what became of every target, by channel.",
    body: LIST_BODY,
    examples: [{ condition: [["external_message_id", "=", "987654321"]] }],
    run: (services, call) => answerList(services, call, { model: MESSAGES }),
  },
  {
    method: "info",
    model: "task",
    scope: "info",
    summary: "Get a task",
    description: "How far a background task is.",
    body: INFO_BODY,
    examples: [{ id: 91 }],
    run: (services, call) => answerInfo(services, call, { model: TASKS }),
  },
  {
    method: "list",
    model: "task",
    scope: "list",
    summary: "List tasks",
    description: "Background tasks of the project.",
    body: LIST_BODY,
    examples: [{ condition: [["identifier", "=", "profile_import"]], order: ["id DESC"] }],
    run: (services, call) => answerList(services, call, { model: TASKS }),
  },
];
