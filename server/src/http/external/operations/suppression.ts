/** import/suppression. */
import { Type } from "typebox";
import { importSuppression } from "../../../actions/suppressions/import-suppression.ts";
import { SUPPRESSION_CHANNELS } from "../../../domain/suppression.ts";
import type { Answer } from "../envelope.ts";
import type { Call, Operation, Services } from "../operation.ts";
import { answered, answeredObject, bodySchema, choiceSchema, listSchema, textSchema } from "./doc-schema.ts";

const BODY_LIMIT = 32 * 1_048_576;

const body = bodySchema(
  {
    action: choiceSchema(["add", "remove"], "What happens to the addresses.", { default: "add" }),
    rows: listSchema(
      Type.Unsafe<unknown>({ type: ["array", "object"], title: "list or object" }),
      "list",
      `[channel, address], or {"channel": ..., "address": ...}. Channels: ${SUPPRESSION_CHANNELS.join(", ")}; the ` +
        "address of a push channel is the device's token. 50,000 rows at the most.",
    ),
    columns: listSchema(textSchema("channel or address"), "list of names", "The order of the rows' cells."),
  },
  ["rows"],
);

async function run({ context }: Services, call: Call): Promise<Answer> {
  const imported = await importSuppression(context, call.caller.projectId, call.body);
  return { message: "Suppression successfully imported", model: imported };
}

export const suppressionOperations: readonly Operation[] = [
  {
    method: "import",
    model: "suppression",
    scope: "import",
    takesIdempotencyKey: true,
    summary: "Import the suppression",
    description:
      "Nothing is sent to a suppressed address, whoever has it and whatever ignore_subscription says: the target ends " +
      "skipped: suppressed. Addresses are kept as salted hashes and cannot be listed.",
    body,
    examples: [
      { rows: [["email", "a@example.org"]] },
      { action: "remove", rows: [{ channel: "sms", address: "353861234567" }] },
    ],
    exampleTitles: ["Suppress an email address", "Lift the suppression of a number"],
    answers: [
      {
        code: 200,
        model: answeredObject({
          action: answered("string", "add or remove."),
          rows: answered("integer", "Different addresses in the call."),
          changed: answered("integer", "Those that were added or removed now."),
        }),
        example: {
          code: 200,
          success: true,
          message: "Suppression successfully imported",
          model: { action: "add", rows: 1, changed: 1 },
        },
      },
    ],
    errors: ["too_large"],
    bodyLimit: BODY_LIMIT,
    run,
  },
];
