/** list/profile-subscription. */
import { PROFILE_SUBSCRIPTIONS } from "../../../store/list-sources-people.ts";
import { answerList } from "../listing.ts";
import type { Operation } from "../operation.ts";
import { listBody, rowOf } from "./list-body.ts";

const DOC = {
  model: PROFILE_SUBSCRIPTIONS,
  texts: {
    id: "The change.",
    channel: "email, sms or whatsapp.",
    email_address: "The address, of email.",
    mobile_number: "The number, of sms and whatsapp.",
    status: "1 subscribed, 0 not.",
    update_is_external: "1: by the API or an import.",
    update_time: "When it was changed.",
  },
};

export const subscriptionOperations: readonly Operation[] = [
  {
    method: "list",
    model: "profile-subscription",
    scope: "list",
    summary: "List changes of subscription",
    description:
      "A log of people's subscriptions to email, SMS and WhatsApp; push is not in it. A project keeps the log only once " +
      "it is switched on (PATCH /api/app/subscription-log); without it the list is empty.",
    body: listBody(DOC),
    examples: [{ condition: [["update_time", ">", 1_767_225_600]], limit: 1_000 }],
    answers: [
      {
        code: 200,
        row: rowOf(DOC),
        example: {
          code: 200,
          success: true,
          data: [
            {
              id: 64_019,
              user_id: "u-1",
              profile_id: "7050",
              channel: "email",
              email_address: "ada@example.org",
              mobile_number: null,
              status: 0,
              update_is_external: 1,
              update_time: 1_767_225_600,
            },
          ],
        },
      },
    ],
    run: (services, call) => answerList(services, call, { model: PROFILE_SUBSCRIPTIONS }),
  },
];
