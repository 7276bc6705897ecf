/** User lists: create, update, delete, info, list, items, import. */
import { importList } from "../../../actions/lists/import-list.ts";
import { changeList, createList, type ListWithCount, removeList } from "../../../actions/lists/save-list.ts";
import { AppError } from "../../../base/errors.ts";
import { sentence } from "../../../domain/field-label.ts";
import { parseId } from "../../../domain/ids.ts";
import { type Condition, parseCondition } from "../../../domain/list-condition.ts";
import { secondsOf } from "../../../domain/unix-time.ts";
import { LIST_IDENTIFIERS } from "../../../domain/user-list.ts";
import { LIST_COUNTS, LIST_ITEMS, LISTS } from "../../../store/list-sources.ts";
import type { Answer } from "../envelope.ts";
import { answerInfo, answerList, readId } from "../listing.ts";
import type { AnswerDoc, Call, Operation, Services } from "../operation.ts";
import {
  answered,
  answeredObject,
  bodySchema,
  choiceSchema,
  idSchema,
  listSchema,
  textSchema,
} from "./doc-schema.ts";
import { infoBody, listBody, rowOf } from "./list-body.ts";

const BODY_LIMIT = 32 * 1_048_576;

const LISTS_DOC = {
  model: LISTS,
  answeredOnly: Object.keys(LIST_COUNTS),
  texts: {
    title: "The list's name.",
    identifier: `What its items are: ${LIST_IDENTIFIERS.join(", ")}.`,
    items: "How many items it has.",
  },
};
const ITEMS_DOC = {
  model: LIST_ITEMS,
  texts: { list_id: "The list.", item: "The item in its matching form: emails in lower case." },
};

const TITLE = textSchema("The name that is shown; 255 characters at the most.");
const ID = idSchema("The list's id.");

const view = (list: ListWithCount): Record<string, unknown> => ({
  id: list.id,
  title: list.title,
  identifier: list.identifier,
  items: list.items,
  create_time: secondsOf(list.createTime),
  update_time: secondsOf(list.updateTime),
});

async function create({ context }: Services, call: Call): Promise<Answer> {
  const list = await createList(context, call.caller.projectId, call.body);
  return { message: "List successfully created", model: view(list) };
}

async function update({ context }: Services, call: Call): Promise<Answer> {
  const id = readId(call, "List is not updated");
  const list = await changeList(context, call.caller.projectId, { id, body: call.body });
  return { message: "List successfully updated", model: view(list) };
}

async function remove({ context }: Services, call: Call): Promise<Answer> {
  const id = readId(call, "List is not deleted");
  await removeList(context, call.caller.projectId, id);
  return { message: "List successfully deleted", model: { id } };
}

async function importItems({ context }: Services, call: Call): Promise<Answer> {
  const id = readId(call, "List is not imported");
  const imported = await importList(context, call.caller.projectId, { id, body: call.body });
  return { message: "List successfully imported", model: { id, ...imported } };
}

/** A list that the call names narrows it, as everywhere else an id does: a caller must not get all lists' items. */
function namedList({ body }: Call): Condition | null {
  const { id, list_id: listId = id } = body;
  if (listId === undefined || listId === null) return null;
  const named = parseId(listId);
  const parsed = named.ok ? parseCondition([["list_id", "=", named.value]], LIST_ITEMS.registry) : named;
  if (parsed.ok) return parsed.value;
  const errors = { list_id: [sentence("list_id", parsed.error)] };
  throw new AppError("invalid", { message: "The list cannot be read", errors });
}

const LIST = {
  id: 12,
  title: "Regulars",
  identifier: "email",
  create_time: 1_767_225_600,
  update_time: 1_767_225_600,
  items: 2,
};

const ofList = (message?: string): AnswerDoc => ({
  code: 200,
  model: rowOf(LISTS_DOC),
  example: { code: 200, success: true, ...(message === undefined ? {} : { message }), model: LIST },
});

const DELETED: AnswerDoc = {
  code: 200,
  model: answeredObject({ id: answered("integer", "The list that is gone.") }),
  example: { code: 200, success: true, message: "List successfully deleted", model: { id: 12 } },
};

const IMPORTED: AnswerDoc = {
  code: 200,
  model: answeredObject({
    id: answered("integer", "The list."),
    added: answered("integer", "Items that were not in it."),
    removed: answered("integer", "Items that were in it and are not any more."),
    items: answered("integer", "How many items it has now."),
  }),
  example: {
    code: 200,
    success: true,
    message: "List successfully imported",
    model: { id: 12, added: 2, removed: 0, items: 2 },
  },
};

const ITEM = { id: 64_021, list_id: 12, item: "a@example.org", create_time: 1_767_225_600 };

export const listOperations: readonly Operation[] = [
  {
    method: "create",
    model: "list",
    scope: "create",
    takesIdempotencyKey: true,
    summary: "Create a user list",
    description: "An empty list. What its items are is chosen now and stays.",
    body: bodySchema(
      {
        title: TITLE,
        identifier: choiceSchema(LIST_IDENTIFIERS, "What the items are; id is a device's.", {
          default: "user_id",
        }),
      },
      ["title"],
    ),
    examples: [{ title: "Regulars", identifier: "email" }],
    answers: [ofList("List successfully created")],
    run: create,
  },
  {
    method: "update",
    model: "list",
    scope: "update",
    takesIdempotencyKey: true,
    summary: "Update a user list",
    description: "Gives it another title.",
    body: bodySchema({ id: ID, title: TITLE }, ["id"]),
    examples: [{ id: 12, title: "Regulars, Dublin" }],
    answers: [ofList("List successfully updated")],
    errors: ["not_found"],
    run: update,
  },
  {
    method: "delete",
    model: "list",
    scope: "delete",
    takesIdempotencyKey: true,
    summary: "Delete a user list",
    description: "Removes the list and its items; the people stay.",
    body: bodySchema({ id: ID }, ["id"]),
    examples: [{ id: 12 }],
    answers: [DELETED],
    errors: ["not_found"],
    run: remove,
  },
  {
    method: "info",
    model: "list",
    scope: "info",
    summary: "Get a user list",
    description: "With the number of its items.",
    body: infoBody(LISTS_DOC),
    examples: [{ id: 12 }],
    answers: [ofList()],
    errors: ["not_found"],
    run: (services, call) => answerInfo(services, call, { model: LISTS, extra: LIST_COUNTS }),
  },
  {
    method: "list",
    model: "list",
    scope: "list",
    summary: "List user lists",
    description: "The project's lists with the number of their items.",
    body: listBody(LISTS_DOC),
    examples: [{ condition: [["identifier", "=", "email"]] }],
    answers: [{ code: 200, row: rowOf(LISTS_DOC), example: { code: 200, success: true, data: [LIST] } }],
    run: (services, call) => answerList(services, call, { model: LISTS, extra: LIST_COUNTS }),
  },
  {
    method: "list",
    model: "list-item",
    scope: "list",
    summary: "List items of user lists",
    description: "Items of one list, or of all lists where none is named.",
    body: listBody(ITEMS_DOC, {
      list_id: idSchema("The list, beside whatever condition says; id is taken too."),
    }),
    examples: [{ list_id: 12, limit: 1000 }],
    answers: [{ code: 200, row: rowOf(ITEMS_DOC), example: { code: 200, success: true, data: [ITEM] } }],
    run: (services, call) => answerList(services, call, { model: LIST_ITEMS, only: namedList(call) }),
  },
  {
    method: "import",
    model: "list",
    scope: "import",
    takesIdempotencyKey: true,
    summary: "Import items into a user list",
    description:
      "Adds, removes or replaces items in one step. Twins count once; one item that is wrong refuses the call. " +
      "Items need not belong to somebody known.",
    body: bodySchema(
      {
        id: ID,
        items: listSchema(textSchema("An item"), "list", "Up to 50,000; with replace none empties the list."),
        action: choiceSchema(["add", "remove", "replace"], "What happens to the items.", { default: "add" }),
      },
      ["id", "items"],
    ),
    examples: [
      { id: 12, items: ["a@example.org", "b@example.org"] },
      { id: 12, items: ["a@example.org"], action: "remove" },
    ],
    exampleTitles: ["Add", "Remove"],
    answers: [IMPORTED],
    errors: ["not_found", "too_large"],
    bodyLimit: BODY_LIMIT,
    run: importItems,
  },
];
