/** /api/app/imports: a CSV file into profiles (upload, try, run), and the tasks that such work becomes. */
import { Readable } from "node:stream";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { checkWasRun, importErrorLines } from "../../actions/imports/import-errors.ts";
import { dryRunImport, runImport } from "../../actions/imports/plan-import.ts";
import { isDelimiter, MAX_FILE_BYTES, uploadImport } from "../../actions/imports/upload-import.ts";
import { viewImport } from "../../actions/imports/view-import.ts";
import { viewTask } from "../../actions/tasks/view-task.ts";
import type { CsvDelimiter } from "../../base/csv.ts";
import { AppError } from "../../base/errors.ts";
import { inProject } from "../../store/db.ts";
import { listImportsOfTasks } from "../../store/imports.ts";
import { findTask, listTasks } from "../../store/tasks.ts";
import { bodyOf, pathId, queryLimit, queryText, refused } from "./params.ts";
import { queryCursor } from "./search-params.ts";
import type { AppServices } from "./services.ts";

const PAGE = { fallback: 50, most: 500 };

export function mountImports(scope: FastifyInstance, services: AppServices): void {
  const { context, callerOf } = services;
  void scope.register((inner, _options, done) => {
    mountUpload(inner, services);
    done();
  });

  scope.get("/imports/:id", async (request) => {
    const { projectId } = await callerOf(request, "profiles.edit");
    return { data: await viewImport(context, projectId, pathId(request)) };
  });

  scope.post("/imports/:id/dry-run", async (request) => {
    const { projectId } = await callerOf(request, "profiles.edit");
    return { data: await dryRunImport(context, projectId, { id: pathId(request), ...mappingOf(request) }) };
  });

  scope.post("/imports/:id/run", async (request, reply) => {
    const { projectId, actor } = await callerOf(request, "profiles.edit");
    const order = { id: pathId(request), actor, ...mappingOf(request) };
    const taskId = await runImport(context, projectId, order);
    return await reply.code(202).send({ data: { task_id: taskId } });
  });

  scope.get("/imports/:id/errors.csv", async (request, reply) => {
    const { projectId } = await callerOf(request, "profiles.edit");
    const id = pathId(request);
    await checkWasRun(context, projectId, id);
    return await reply
      .header("content-type", "text/csv; charset=utf-8")
      .header("content-disposition", `attachment; filename="import-${id}-errors.csv"`)
      .send(Readable.from(importErrorLines(context, projectId, id)));
  });

  scope.get("/tasks", async (request) => {
    const { projectId } = await callerOf(request, "profiles.read");
    const limit = queryLimit(request, PAGE);
    const page = { before: queryCursor(request), limit: limit + 1 };
    const { found, imports } = await inProject(context.app, projectId, async (tx) => {
      const tasks = await listTasks(tx, projectId, page);
      const ids = tasks.map(({ id }) => id);
      return { found: tasks, imports: await listImportsOfTasks(tx, projectId, ids) };
    });
    const rows = found.slice(0, limit).map((task) => viewTask(task, imports));
    return { data: rows, next: found.length > limit ? String(rows.at(-1)?.id) : null };
  });

  scope.get("/tasks/:id", async (request) => {
    const { projectId } = await callerOf(request, "profiles.read");
    const id = pathId(request);
    return await inProject(context.app, projectId, async (tx) => {
      const task = await findTask(tx, projectId, id);
      if (task === null) throw new AppError("not_found");
      return { data: viewTask(task, await listImportsOfTasks(tx, projectId, [id])) };
    });
  });
}

/** The body is a stream here: who asks is known before a byte of it is taken. */
function mountUpload(scope: FastifyInstance, { context, callerOf }: AppServices): void {
  scope.addContentTypeParser("text/csv", (_request, payload, done) => done(null, payload));
  scope.post("/imports", { bodyLimit: MAX_FILE_BYTES }, async (request, reply) => {
    const { projectId, actor } = await callerOf(request, "profiles.edit");
    const delimiter = delimiterOf(request);
    const { body } = request;
    if (!(body instanceof Readable)) {
      const errors = { file: ["File must be the body, with the content type text/csv."] };
      throw new AppError("invalid", { errors });
    }
    const data = await uploadImport(context, projectId, { body, delimiter, actor });
    return await reply.code(201).send({ data });
  });
}

function delimiterOf(request: FastifyRequest): CsvDelimiter | null {
  const text = queryText(request, "delimiter");
  if (text === null) return null;
  const delimiter = text === "tab" ? "\t" : text;
  if (!isDelimiter(delimiter)) throw refused("delimiter", "must be a comma, a semicolon, a bar or tab");
  return delimiter;
}

function mappingOf(request: FastifyRequest): { mapping: unknown; constants: unknown } {
  const { mapping, constants = {} } = bodyOf(request);
  if (mapping === undefined) throw refused("mapping", "cannot be blank");
  return { mapping, constants };
}
