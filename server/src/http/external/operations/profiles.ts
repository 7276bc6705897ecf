/** import, info and list of profiles. */
import { Type } from "typebox";
import { importProfiles } from "../../../actions/profiles/import-profiles.ts";
import { AppError } from "../../../base/errors.ts";
import { parseId, parseUserId } from "../../../domain/ids.ts";
import { inProject } from "../../../store/db.ts";
import { profilesModel } from "../../../store/list-sources.ts";
import { listAttributes } from "../../../store/profiles.ts";
import type { Answer } from "../envelope.ts";
import { answerList, INFO_BODY, LIST_BODY } from "../listing.ts";
import type { Call, Operation, Services } from "../operation.ts";

const BODY_LIMIT = 32 * 1_048_576;

const IMPORT_BODY = Type.Object({
  columns: Type.Array(Type.String(), { description: "user_id or email must be among them" }),
  rows: Type.Array(Type.Array(Type.Unknown())),
  async: Type.Optional(Type.Boolean()),
});

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
  if (given !== undefined || userId === undefined) {
    const parsed = parseId(given);
    if (!parsed.ok) throw new AppError("invalid", { errors: { id: [`Id ${parsed.error}.`] } });
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
    summary: "Import profiles",
    description: "Creates and updates profiles. 100 rows or more become a task: 202 and its id.",
    body: IMPORT_BODY,
    examples: [{ columns: ["user_id", "first_name"], rows: [["u-1", "Ada"]] }],
    bodyLimit: BODY_LIMIT,
    run: importProfile,
  },
  {
    method: "info",
    model: "profile",
    scope: "info",
    summary: "Get a profile",
    description: "By id (the profile's) or user_id (your own).",
    body: INFO_BODY,
    examples: [{ user_id: "u-1" }],
    run: info,
  },
  {
    method: "list",
    model: "profile",
    scope: "list",
    summary: "List profiles",
    description: "Profiles with their custom attributes.",
    body: LIST_BODY,
    examples: [{ condition: [["country", "=", "IE"]], limit: 50 }],
    run: list,
  },
];
