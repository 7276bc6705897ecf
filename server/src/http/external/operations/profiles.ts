/** import, info and list of profiles. */
import { Type } from "typebox";
import { importProfiles } from "../../../actions/profiles/import-profiles.ts";
import { AppError } from "../../../base/errors.ts";
import { sentence } from "../../../domain/field-label.ts";
import { parseId, parseUserId } from "../../../domain/ids.ts";
import { MAX_ROWS } from "../../../domain/profile-import.ts";
import { inProject } from "../../../store/db.ts";
import { profilesModel } from "../../../store/list-sources.ts";
import { listAttributes } from "../../../store/profiles.ts";
import type { Answer } from "../envelope.ts";
import { answerList } from "../listing.ts";
import type { AnswerDoc, Call, Operation, Services } from "../operation.ts";
import { answered, answeredObject, bodySchema, flagSchema, idSchema, textSchema } from "./doc-schema.ts";
import { type ListDoc, listBody, rowOf } from "./list-body.ts";

const BODY_LIMIT = 32 * 1_048_576;

const IMPORT_BODY = bodySchema(
  {
    columns: Type.Unsafe<unknown>({
      type: "array",
      items: { type: "string" },
      minItems: 1,
      maxItems: 500,
      title: "list of names",
      description:
        "user_id or email must be among them. System columns: email, email_subscription, mobile_number, " +
        "sms_subscription, whatsapp_number, whatsapp_subscription, first_name, last_name, language, timezone, " +
        "country. Every other name is a custom attribute, created on first use. A column of addresses needs its " +
        "subscription beside it.",
    }),
    rows: Type.Unsafe<unknown>({
      type: "array",
      items: { type: "array" },
      minItems: 1,
      maxItems: MAX_ROWS,
      title: "list of lists",
      description: 'One list of cells a profile, in the order of columns. null leaves a value, "" clears it.',
    }),
    async: flagSchema(
      "1 makes it a task, 0 does it before the answer; a task from 100 rows on when not given.",
    ),
  },
  ["columns", "rows"],
);

const PROFILES_DOC: ListDoc = {
  model: profilesModel([]),
  name: "Profile",
  texts: { id: "The profile, as a number.", profile_id: "The profile, as a text." },
  selectText: "The fields below and the project's custom attributes.",
};
const PROFILE_EXAMPLE = {
  id: 7050,
  profile_id: "7050",
  user_id: "u-1",
  email: "ada@example.org",
  email_subscription: 1,
  mobile_number: "12025550101",
  sms_subscription: 1,
  whatsapp_number: null,
  whatsapp_subscription: 0,
  first_name: "Ada",
  last_name: null,
  language: "en",
  timezone: "Europe/Dublin",
  country: "IE",
  create_time: 1_767_225_600,
  update_time: 1_767_225_600,
  loyalty_level: "gold",
};
const INFO_BODY = bodySchema({
  id: idSchema("The profile's id; profile_id is taken too. Either it or user_id is needed."),
  user_id: textSchema("Your own id of the person.", { maxLength: 255 }),
  select: Type.Unsafe<unknown>({
    type: ["array", "null"],
    items: { type: "string" },
    title: "list of names",
    description: "The fields that are answered; all when not given.",
  }),
});
const IMPORT_ANSWERS: readonly AnswerDoc[] = [
  {
    code: 200,
    when: "The rows are written",
    model: answeredObject({ rows: answered("integer", "Profiles that were written, twins merged.") }),
    example: { code: 200, success: true, message: "Profiles successfully imported.", model: { rows: 1 } },
  },
  {
    code: 202,
    when: "The rows are checked and queued; info/task tells how far they are",
    model: answeredObject({
      id: answered("integer", "The task."),
      task_id: answered("integer", "The task, under its other name."),
    }),
    example: {
      code: 202,
      success: true,
      message: "Profiles are queued for import.",
      model: { id: 91, task_id: 91 },
    },
  },
];

async function importProfile({ context }: Services, call: Call): Promise<Answer> {
  const imported = await importProfiles(context, call.caller.projectId, call.body);
  const notes = imported.notes.length > 0 ? ` ${imported.notes.join(" ")}` : "";
  if (imported.kind === "done")
    return { message: `Profiles successfully imported.${notes}`, model: { rows: imported.rows } };
  const { taskId } = imported;
  return {
    code: 202,
    message: `Profiles are queued for import.${notes}`,
    model: { id: taskId, task_id: taskId },
  };
}

const modelOf = async ({ context }: Services, projectId: number) => {
  const attributes = await inProject(context.app, projectId, (tx) => listAttributes(tx, projectId));
  return profilesModel(attributes);
};

async function list(services: Services, call: Call): Promise<Answer> {
  return await answerList(services, call, { model: await modelOf(services, call.caller.projectId) });
}

/** By `id`, or by the customer's own `user_id`. */
async function info(services: Services, call: Call): Promise<Answer> {
  const condition = [keyOf(call)];
  const body = { select: call.body.select, condition, limit: 1 };
  const { data } = await list(services, { ...call, body });
  const [model] = data ?? [];
  if (model === undefined) throw new AppError("not_found");
  return { model };
}

function keyOf(call: Call): [string, string, unknown] {
  const { id, profile_id: profileId, user_id: userId } = call.body;
  const given = id ?? profileId;
  if (given === undefined && userId === undefined) {
    const [id, user] = ["id", "user_id"].map((name) => sentence(name, "cannot be blank"));
    throw new AppError("invalid", {
      message: "A profile is named by id, profile_id or user_id.",
      errors: { id: [id ?? ""], user_id: [user ?? ""] },
    });
  }
  if (given !== undefined) {
    const name = id === undefined || id === null ? "profile_id" : "id";
    const parsed = parseId(given);
    if (!parsed.ok) throw new AppError("invalid", { errors: { [name]: [sentence(name, parsed.error)] } });
    return ["id", "=", parsed.value];
  }
  const parsed = parseUserId(userId);
  if (!parsed.ok) throw new AppError("invalid", { errors: { user_id: [`User id ${parsed.error}.`] } });
  return ["user_id", "=", parsed.value];
}

export const profileOperations: readonly Operation[] = [
  {
    method: "import",
    model: "profile",
    scope: "import",
    takesIdempotencyKey: true,
    summary: "Import profiles",
    description:
      "Creates and updates profiles. A row with user_id is that person's; one with email alone updates the profile " +
      "that has it or creates one. All rows are checked first: one wrong row refuses the call, named by its " +
      "place, and nothing is written. 100 rows or more become a task: 202 and its id.",
    body: IMPORT_BODY,
    examples: [
      { columns: ["user_id", "first_name"], rows: [["u-1", "Ada"]] },
      {
        columns: ["user_id", "email", "email_subscription", "loyalty_level"],
        rows: [
          ["u-1", "ada@example.org", 1, "gold"],
          ["u-2", null, null, ""],
        ],
      },
    ],
    exampleTitles: ["One name", "Addresses with their consent, and a custom attribute"],
    answers: IMPORT_ANSWERS,
    bodyLimit: BODY_LIMIT,
    run: importProfile,
  },
  {
    method: "info",
    model: "profile",
    scope: "info",
    summary: "Get a profile",
    description: "One profile with its custom attributes, by id (the profile's) or user_id (your own).",
    body: INFO_BODY,
    examples: [{ user_id: "u-1" }],
    answers: [
      {
        code: 200,
        model: rowOf(PROFILES_DOC),
        example: { code: 200, success: true, model: PROFILE_EXAMPLE },
      },
    ],
    errors: ["not_found"],
    run: info,
  },
  {
    method: "list",
    model: "profile",
    scope: "list",
    summary: "List profiles",
    description:
      "Profiles with their custom attributes, in pages. Custom attributes can be filtered, sorted by and selected " +
      "as the fields below can.",
    body: listBody(PROFILES_DOC),
    examples: [{ condition: [["country", "=", "IE"]], limit: 50 }],
    answers: [
      { code: 200, row: rowOf(PROFILES_DOC), example: { code: 200, success: true, data: [PROFILE_EXAMPLE] } },
    ],
    run: list,
  },
];
