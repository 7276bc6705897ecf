/** list/push, list/push-devices, list/message and the task operations. */
import { MESSAGES, PUSH_COUNTS, PUSH_DEVICES, PUSHES, TASKS } from "../../../store/list-sources.ts";
import { answerInfo, answerList } from "../listing.ts";
import type { Operation } from "../operation.ts";
import { infoBody, type ListDoc, listBody, rowOf } from "./list-body.ts";

const PUSHES_DOC: ListDoc = {
  model: PUSHES,
  name: "PushAction",
  answeredOnly: Object.keys(PUSH_COUNTS),
  texts: { id: "The push action: one execution's share of one message type." },
};
const PUSH_DEVICES_DOC: ListDoc = {
  model: PUSH_DEVICES,
  name: "PushDevice",
  texts: { id: "The message.", error_message: "Why it ended without a delivery." },
};
const MESSAGES_DOC: ListDoc = {
  model: MESSAGES,
  name: "LoggedMessage",
  texts: {
    id: "The message.",
    status:
      "0 queued, 1 sending, 2 sent, 3 delivered, 4 opened, 5 clicked, 6 failed, 7 bounced, 8 expired, " +
      "9 cancelled, 10 unknown, 11 skipped.",
  },
};
const TASKS_DOC: ListDoc = {
  model: TASKS,
  name: "Task",
  texts: {
    id: "The task.",
    status: "queued, running, completed, failed or cancelled.",
    error: "Why it failed; null otherwise.",
  },
};
const TASK_EXAMPLE = {
  id: 91,
  identifier: "profile_import",
  status: "completed",
  progress: 250,
  total: 250,
  errors_count: 0,
  error: null,
  file_id: null,
  create_time: 1_767_225_600,
  start_time: 1_767_225_600,
  finish_time: 1_767_225_601,
};

export const messageOperations: readonly Operation[] = [
  {
    method: "list",
    model: "push",
    scope: "list",
    summary: "List push actions",
    description:
      "One row for each execution and message type, with its counts. The counts are those of this moment; they " +
      "can be selected, but neither filtered nor sorted by.",
    body: listBody(PUSHES_DOC),
    examples: [{ condition: [["campaign_id", "=", 5]], order: ["id DESC"] }],
    answers: [
      {
        code: 200,
        row: rowOf(PUSHES_DOC),
        example: {
          code: 200,
          success: true,
          data: [
            {
              id: 16_009,
              campaign_id: 5,
              message_id: 89,
              message: "Gate change",
              message_type: 9,
              execution_id: 1000,
              runtime: 1_767_225_600,
              create_time: 1_767_225_600,
              targets: 2,
              sent: 2,
              delivered: 2,
              opened: 0,
              clicked: 0,
              failed: 0,
              skipped: 0,
            },
          ],
        },
      },
    ],
    run: (services, call) => answerList(services, call, { model: PUSHES, extra: PUSH_COUNTS }),
  },
  {
    method: "list",
    model: "push-devices",
    aliases: ["push-device"],
    scope: "list",
    summary: "List results by recipient",
    description:
      "One row for each message to a device or profile, whatever the channel. error is 1 for every end that is not " +
      "a delivery; error_message says why.",
    body: listBody(PUSH_DEVICES_DOC),
    examples: [
      {
        condition: [
          ["campaign_id", "=", 5],
          ["error", "=", 1],
        ],
      },
    ],
    answers: [
      {
        code: 200,
        row: rowOf(PUSH_DEVICES_DOC),
        example: {
          code: 200,
          success: true,
          data: [
            {
              id: 40_771,
              action_id: 16_009,
              campaign_id: 5,
              message: "Gate change",
              create_time: 1_767_225_600,
              device_id: null,
              user_id: "u-1",
              profile_id: "7050",
              error: 1,
              error_message: "unsubscribed",
            },
          ],
        },
      },
    ],
    run: (services, call) => answerList(services, call, { model: PUSH_DEVICES }),
  },
  {
    method: "list",
    model: "message",
    scope: "list",
    summary: "List messages",
    description:
      "The message log: what became of every target, by channel. Skipped targets are in it, with the reason. " +
      "Your own external_message_id finds a call's messages.",
    body: listBody(MESSAGES_DOC),
    examples: [{ condition: [["external_message_id", "=", "987654321"]] }],
    answers: [
      {
        code: 200,
        row: rowOf(MESSAGES_DOC),
        example: {
          code: 200,
          success: true,
          data: [
            {
              id: 40_771,
              campaign_id: 5,
              execution_id: 1000,
              user_id: "u-1",
              profile_id: "7050",
              device_id: null,
              target: "u-1",
              address: "12025550101",
              external_message_id: "987654321",
              message_type: 9,
              message_type_name: "sms",
              create_time: 1_767_225_600,
              sent_time: 1_767_225_601,
              delivery_time: 1_767_225_603,
              open_time: null,
              click_time: null,
              delivery: 1,
              open: 0,
              click: 0,
              error: 0,
              error_message: null,
              status: 3,
              outcome: "delivered",
              reason: null,
              tries: 1,
              provider_id: "a41f",
            },
          ],
        },
      },
    ],
    run: (services, call) => answerList(services, call, { model: MESSAGES }),
  },
  {
    method: "info",
    model: "task",
    scope: "info",
    summary: "Get a task",
    description: "How far a background task is, by the id that the 202 of its call gave.",
    body: infoBody(TASKS_DOC),
    examples: [{ id: 91 }],
    answers: [
      { code: 200, model: rowOf(TASKS_DOC), example: { code: 200, success: true, model: TASK_EXAMPLE } },
    ],
    errors: ["not_found"],
    run: (services, call) => answerInfo(services, call, { model: TASKS }),
  },
  {
    method: "list",
    model: "task",
    scope: "list",
    summary: "List tasks",
    description: "Background tasks of the project, such as imports of 100 rows or more.",
    body: listBody(TASKS_DOC),
    examples: [{ condition: [["identifier", "=", "profile_import"]], order: ["id DESC"] }],
    answers: [
      { code: 200, row: rowOf(TASKS_DOC), example: { code: 200, success: true, data: [TASK_EXAMPLE] } },
    ],
    run: (services, call) => answerList(services, call, { model: TASKS }),
  },
];
