/** list/device, info/device and info/push: what devices there are, and one push action. */
import { DEVICES, PUSH_COUNTS, PUSHES } from "../../../store/list-sources.ts";
import { answerInfo, answerList } from "../listing.ts";
import type { Operation } from "../operation.ts";
import { infoBody, listBody, rowOf } from "./list-body.ts";

const DEVICES_DOC = {
  model: DEVICES,
  texts: {
    id: "The device's id; the target of execute/campaign when target_by is not given.",
    type: "ios, android or web.",
    token: "The push token.",
    subscribed: "0: the device takes no push.",
    external_id: "The same as user_id.",
  },
};
const PUSHES_DOC = { model: PUSHES, answeredOnly: Object.keys(PUSH_COUNTS) };

const DEVICE = {
  id: 640_071,
  device_id: 640_071,
  profile_id: "7050",
  user_id: "u-1",
  external_id: "u-1",
  type: "web",
  message_type: 3,
  token: "cT7-d0",
  subscribed: 1,
  create_time: 1_767_225_600,
  update_time: 1_767_225_600,
};

const PUSH = {
  id: 16_009,
  campaign_id: 5,
  message_id: 89,
  message: "Gate change",
  message_type: 9,
  execution_id: 1000,
  runtime: 1_767_225_600,
  create_time: 1_767_225_600,
  targets: 3,
  sent: 2,
  delivered: 2,
  opened: 0,
  clicked: 0,
  failed: 0,
  skipped: 1,
};

export const deviceOperations: readonly Operation[] = [
  {
    method: "list",
    model: "device",
    scope: "list",
    summary: "List devices",
    description: "Devices with the people they belong to.",
    body: listBody(DEVICES_DOC),
    examples: [{ condition: [["user_id", "=", "u-1"]] }],
    answers: [{ code: 200, row: rowOf(DEVICES_DOC), example: { code: 200, success: true, data: [DEVICE] } }],
    run: (services, call) => answerList(services, call, { model: DEVICES }),
  },
  {
    method: "info",
    model: "device",
    scope: "info",
    summary: "Get a device",
    description: "By its id.",
    body: infoBody(DEVICES_DOC),
    examples: [{ id: 640_071, select: ["token", "subscribed"] }],
    answers: [{ code: 200, model: rowOf(DEVICES_DOC), example: { code: 200, success: true, model: DEVICE } }],
    errors: ["not_found"],
    run: (services, call) => answerInfo(services, call, { model: DEVICES }),
  },
  {
    method: "info",
    model: "push",
    scope: "info",
    summary: "Get a push action",
    description: "One execution's share of one message type, with its counts, by the id of list/push.",
    body: infoBody(PUSHES_DOC),
    examples: [{ id: 16_009, select: ["sent", "delivered", "failed"] }],
    answers: [{ code: 200, model: rowOf(PUSHES_DOC), example: { code: 200, success: true, model: PUSH } }],
    errors: ["not_found"],
    run: (services, call) => answerInfo(services, call, { model: PUSHES, extra: PUSH_COUNTS }),
  },
];
