/** What all list and info operations share: read the query, run it, shape the answer. */
import { AppError } from "../../base/errors.ts";
import { parseId } from "../../domain/ids.ts";
import type { Condition } from "../../domain/list-condition.ts";
import { type ListQuery, parseListQuery } from "../../domain/list-query.ts";
import { type Db, inProject, type Tx } from "../../store/db.ts";
import { countRows, isById, limitListTime, listPage, type PageRequest } from "../../store/list.ts";
import type { ListModel } from "../../store/list-model.ts";
import type { Answer } from "./envelope.ts";
import type { Call, Services } from "./operation.ts";
import type { PageMarks } from "./page-marks.ts";

/** Names that the answer may carry beyond the registry: computed for the page only. */
export type ExtraFields = Readonly<Record<string, string>>;

export function readListQuery(
  call: Call,
  model: ListModel,
  extra: ReadonlySet<string> = new Set(),
): ListQuery {
  const parsed = parseListQuery(call.body, model.registry, extra);
  if (!parsed.ok) throw new AppError("invalid", { message: "The list cannot be read", errors: parsed.error });
  return parsed.value;
}

export async function answerList(
  { context, pages }: Services,
  call: Call,
  given: { model: ListModel; extra?: ExtraFields; only?: Condition | null },
): Promise<Answer> {
  const { model, extra = {}, only = null } = given;
  const query = narrowed(readListQuery(call, model, new Set(Object.keys(extra))), only);
  const { projectId } = call.caller;
  const source = { ...model.source, fields: { ...model.source.fields, ...extra } };
  const names = query.select ?? Object.keys(source.fields);
  return await inProject(context.app, projectId, async (tx) => {
    const data = await readPage(tx, projectId, { pages, asked: { source, query, names } });
    return { data, ...(await totalOf(tx, projectId, { model, query })) };
  });
}

/** @param only holds beside the caller's own condition, whatever that says and however deep it nests. */
function narrowed(query: ListQuery, only: Condition | null): ListQuery {
  const { condition } = query;
  if (only === null || condition === null) return { ...query, condition: only ?? condition };
  const own = condition.test === "and" ? condition.parts : [condition];
  return { ...query, condition: { test: "and", parts: [only, ...own] } };
}

/** One page; where the page before it was read here, this one begins after its last row and counts nothing out. */
export async function readPage(
  tx: Tx,
  projectId: number,
  { pages, asked }: { pages: PageMarks; asked: PageRequest },
): Promise<Record<string, unknown>[]> {
  await limitListTime(tx);
  const { query, source } = asked;
  const list = [projectId, source.from, source.where ?? "", query.condition, query.order];
  const after = isById(asked) ? pages.find(list, query.offset) : null;
  const { rows, lastId } = await listPage(tx, projectId, { ...asked, ...(after === null ? {} : { after }) });
  if (lastId !== null) pages.mark(list, { offset: query.offset + rows.length, id: lastId });
  return rows;
}

export async function totalOf(
  db: Db,
  projectId: number,
  { model, query }: { model: ListModel; query: ListQuery },
): Promise<{ total?: number; message?: string }> {
  const message = query.notices.length > 0 ? { message: query.notices.join(" ") } : {};
  if (!query.isCounted) return message;
  return { ...message, total: await countRows(db, projectId, { source: model.source, query }) };
}

/** Info is a list of one. @throws AppError not_found */
export async function answerInfo(
  services: Services,
  call: Call,
  given: { model: ListModel; extra?: ExtraFields },
): Promise<Answer> {
  const id = readId(call);
  const body = { select: call.body.select, condition: [["id", "=", id]], limit: 1 };
  const { data } = await answerList(services, { ...call, body }, given);
  const [model] = data ?? [];
  if (model === undefined) throw new AppError("not_found");
  return { model };
}

/** @throws AppError invalid, naming `id`. */
export function readId(call: Call, message = "The request is not valid"): number {
  const id = parseId(call.body.id);
  if (!id.ok) throw new AppError("invalid", { message, errors: { id: [`Id ${id.error}.`] } });
  return id.value;
}
