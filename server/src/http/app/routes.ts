/**
 * What the dashboard asks, under /api/app: JSON in, `{data}` or `{error: {code, message, errors}}` out. An app token
 * in the Authorization header acts as the project's administrator; a browser brings its session's cookie. Here too
 * are the pages that the server draws itself.
 */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Context } from "../../actions/context.ts";
import { AppError } from "../../base/errors.ts";
import { isRecord } from "../../domain/field-label.ts";
import { allows, isRole, type Permission, ROLE_LABELS } from "../../domain/role.ts";
import { findFaultInLong } from "../../domain/storable-value.ts";
import type { Authenticator } from "../auth.ts";
import { appErrorOf } from "../errors.ts";
import { mountAudit } from "./audit.ts";
import { createBackground } from "./background.ts";
import { mountCampaignTrials } from "./campaign-trials.ts";
import { mountCampaigns } from "./campaigns.ts";
import { mountClients } from "./clients.ts";
import { mountConnections } from "./connections.ts";
import { mountDeliveries } from "./deliveries.ts";
import { mountGateways } from "./gateways.ts";
import { mountProjectHealth } from "./health.ts";
import { mountImports } from "./imports.ts";
import { mountInvitations } from "./invitations.ts";
import { mountMe } from "./me.ts";
import { mountPages } from "./pages.ts";
import { bodyOf, refused } from "./params.ts";
import { mountPasswordReset } from "./password-reset.ts";
import { mountProfiles } from "./profiles.ts";
import { mountProject } from "./project.ts";
import { mountResults } from "./results.ts";
import { mountSandbox } from "./sandbox.ts";
import type { AppCaller, AppOptions, AppServices } from "./services.ts";
import { createSessions, type Sessions, type SignedIn } from "./sessions.ts";
import { createSignIn } from "./sign-in.ts";
import { mountSubscriptionLog } from "./subscription-log.ts";
import { mountTokens } from "./tokens.ts";
import { mountUsers } from "./users.ts";

export function mountApp(app: FastifyInstance, options: AppOptions): void {
  const signIn = createSignIn(options.context);
  const sessions = createSessions(options.context, { publicUrl: options.publicUrl ?? null, signIn });
  const background = createBackground(options.context);
  app.addHook("onClose", () => background.settle());
  const services: AppServices = {
    ...options,
    sessions,
    signIn,
    inBackground: background.run,
    callerOf: (request, permission) =>
      findCaller(request, permission, { authenticator: options.authenticator, sessions }),
    userOf: (request) => findUser(request, sessions),
    ownUrl: () => options.publicUrl ?? app.listeningOrigin,
  };
  app.register(
    (scope, _options, done) => {
      takeJsonOnly(scope);
      answerErrors(scope, options.context);
      mountSessions(scope, sessions);
      mountMe(scope, services);
      mountPasswordReset(scope, services);
      mountUsers(scope, services);
      mountInvitations(scope, services);
      mountProject(scope, services);
      mountConnections(scope, services);
      mountDeliveries(scope, services);
      mountSandbox(scope, services);
      mountCampaigns(scope, services);
      mountCampaignTrials(scope, services);
      mountClients(scope, services);
      mountTokens(scope, services);
      mountAudit(scope, services);
      mountGateways(scope, services);
      mountProjectHealth(scope, services);
      mountResults(scope, services);
      mountProfiles(scope, services);
      mountImports(scope, services);
      mountSubscriptionLog(scope, services);
      done();
    },
    { prefix: "/api/app" },
  );
  app.register((scope, _options, done) => {
    mountPages(scope, services);
    done();
  });
}

const READING: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

async function findCaller(
  request: FastifyRequest,
  permission: Permission,
  { authenticator, sessions }: { authenticator: Authenticator; sessions: Sessions },
): Promise<AppCaller> {
  const { authorization } = request.headers;
  const { ip } = request;
  if (authorization !== undefined) {
    const { projectId } = await authenticator.authenticate({ apptoken: undefined, authorization });
    return { projectId, userId: null, role: "admin", actor: { name: "app token", ip } };
  }
  const member = await sessions.find(request);
  if (member === null) throw new AppError("unauthenticated");
  if (!READING.has(request.method)) sessions.checkOrigin(request);
  if (!allows(member.role, permission))
    throw new AppError("forbidden", { message: mayNot(member.role, permission) });
  return { ...member, actor: { name: `user:${member.userId}`, ip } };
}

async function findUser(request: FastifyRequest, sessions: Sessions): Promise<SignedIn> {
  const user = await sessions.userOf(request);
  if (user === null) throw new AppError("unauthenticated", { message: "Sign in first." });
  if (!READING.has(request.method)) sessions.checkOrigin(request);
  return user;
}

const mayNot = (role: string, permission: Permission): string =>
  `The role ${isRole(role) ? ROLE_LABELS[role] : role} lacks the permission ${permission}. ` +
  "An administrator of the project can change that.";

/** A form on a stranger's page can post anything but JSON (without asking first), so JSON is all we take. */
function takeJsonOnly(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("application/json", { parseAs: "string" }, (_request, text, done) => {
    const body = parseJson(String(text));
    const fault = body === null ? null : findFaultInLong(body, "");
    if (body === null) done(new AppError("malformed_body"));
    else if (fault !== null) done(refused(fault.path.replace(/^\./, ""), fault.predicate));
    else done(null, body);
  });
}

function parseJson(text: string): Record<string, unknown> | null {
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function answerErrors(scope: FastifyInstance, { log }: Context): void {
  scope.setNotFoundHandler(() => {
    throw new AppError("unknown_operation");
  });
  scope.setErrorHandler((thrown, request, reply) => {
    const error = appErrorOf(thrown);
    if (error.status >= 500)
      log.error({ err: thrown, request: request.id, url: request.routeOptions.url }, "a request failed");
    if (error.retryAfterSeconds !== undefined) reply.header("retry-after", error.retryAfterSeconds);
    const { code, message, errors } = error;
    void reply
      .code(error.status)
      .send({ error: { code, message, ...(errors === undefined ? {} : { errors }) } });
  });
}

/** A password and an email fit well into it. */
const LOGIN_LIMIT = 8_192;

function mountSessions(scope: FastifyInstance, sessions: Sessions): void {
  scope.post("/login", { bodyLimit: LOGIN_LIMIT }, async (request, reply) => {
    const body = bodyOf(request);
    sessions.checkOriginIfGiven(request);
    const { email, password, code } = body;
    const caller = await sessions.signIn(request, reply, { email, password, code });
    return { data: { project_id: caller.projectId } };
  });
  scope.post("/logout", async (request, reply) => {
    sessions.checkOrigin(request);
    await sessions.signOut(request, reply);
    return { data: {} };
  });
}
