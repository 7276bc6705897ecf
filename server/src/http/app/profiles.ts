/** /api/app/profiles: the people of the project, one by one. */
import type { FastifyInstance } from "fastify";
import { createProfile, editProfile } from "../../actions/profiles/edit-profile.ts";
import { findProfiles, viewDevices, viewProfile } from "../../actions/profiles/find-profiles.ts";
import { findMessages } from "../../actions/results/find-messages.ts";
import { findFault } from "../../domain/storable-value.ts";
import { bodyOf, pathId, queryLimit, queryText, refused } from "./params.ts";
import { queryCursor, querySearch } from "./search-params.ts";
import type { AppServices } from "./services.ts";

const PAGE = { fallback: 50, most: 500 };

export function mountProfiles(scope: FastifyInstance, { context, callerOf }: AppServices): void {
  scope.get("/profiles", async (request) => {
    const { projectId } = await callerOf(request, "profiles.read");
    const cursor = queryText(request, "cursor");
    const fault = findFault(cursor, "cursor");
    if (fault !== null) throw refused("cursor", fault.predicate);
    const asked = { text: querySearch(request), cursor, limit: queryLimit(request, PAGE) };
    const { rows, next } = await findProfiles(context, projectId, asked);
    return { data: rows, next };
  });

  scope.post("/profiles", async (request, reply) => {
    const { projectId, actor } = await callerOf(request, "profiles.edit");
    const data = await createProfile(context, projectId, { body: bodyOf(request), actor });
    return await reply.code(201).send({ data });
  });

  scope.get("/profiles/:id", async (request) => {
    const { projectId } = await callerOf(request, "profiles.read");
    return { data: await viewProfile(context, projectId, pathId(request)) };
  });

  scope.patch("/profiles/:id", async (request) => {
    const { projectId, actor } = await callerOf(request, "profiles.edit");
    const edit = { id: pathId(request), body: bodyOf(request), actor };
    return { data: await editProfile(context, projectId, edit) };
  });

  scope.get("/profiles/:id/devices", async (request) => {
    const { projectId } = await callerOf(request, "profiles.read");
    return { data: await viewDevices(context, projectId, pathId(request)) };
  });

  scope.get("/profiles/:id/messages", async (request) => {
    const { projectId } = await callerOf(request, "messages.read");
    const id = pathId(request);
    await viewProfile(context, projectId, id);
    const filters = { ...NO_FILTERS, profileId: id };
    const page = { before: queryCursor(request), limit: queryLimit(request, PAGE) };
    const asked = { text: "", filters, executionId: null, ...page };
    const { rows, next } = await findMessages(context, projectId, asked);
    return { data: rows, next: next === null ? null : String(next) };
  });
}

const NO_FILTERS = {
  campaignId: null,
  messageType: null,
  statuses: null,
  reason: null,
  fromMs: null,
  toMs: null,
} as const;
