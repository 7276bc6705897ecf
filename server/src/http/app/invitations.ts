/** /api/app/invitations: asking somebody into the project, and accepting, which signs in. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import {
  acceptInvitation,
  type Invitee,
  invite,
  type NewInvitation,
  type OpenInvitation,
  openInvitation,
  revokeInvitation,
  viewInvitation,
} from "../../actions/users/invitations.ts";
import { checkRole } from "../../actions/users/members.ts";
import { checkNewPassword } from "../../actions/users/passwords.ts";
import { hashPassword } from "../../base/crypto.ts";
import { parseDisplayName } from "../../domain/display-name.ts";
import { findUserByEmail } from "../../store/users.ts";
import { invitationEmail } from "./account-emails.ts";
import { bodyOf, pathId, queryText, refused } from "./params.ts";
import type { AppServices } from "./services.ts";

const SMALL_BODY = 8_192;

export function mountInvitations(scope: FastifyInstance, services: AppServices): void {
  const { context, mailer = null } = services;

  scope.post("/invitations", async (request, reply) => {
    const { projectId, userId, actor } = await services.callerOf(request, "users.manage");
    const { email, role } = bodyOf(request);
    const given = { email, role: checkRole(role), inviterId: userId, actor };
    const made = await invite(context, projectId, given);
    const link = `${services.ownUrl()}/invitation?token=${made.token}`;
    mail(made, link);
    return await reply.code(201).send({ data: { id: made.id, link } });
  });

  scope.delete("/invitations/:id", async (request) => {
    const { projectId, actor } = await services.callerOf(request, "users.manage");
    await revokeInvitation(context, projectId, { id: pathId(request), actor });
    return { data: {} };
  });

  scope.get("/invitations/lookup", async (request) => {
    const invitation = await openInvitation(context, queryText(request, "token"));
    const account = await findUserByEmail(context.app, invitation.email);
    return { data: viewInvitation(invitation, account !== null) };
  });

  scope.post("/invitations/accept", { bodyLimit: SMALL_BODY }, async (request, reply) => {
    services.sessions.checkOriginIfGiven(request);
    const invitation = await openInvitation(context, bodyOf(request).token);
    const invitee = await inviteeOf(request, services, invitation);
    const userId = await acceptInvitation(context, invitation, { invitee, ip: request.ip });
    await services.sessions.open(reply, { id: userId });
    return { data: { project_id: invitation.projectId } };
  });

  function mail({ email: to, projectName, invitedBy }: NewInvitation, link: string): void {
    if (mailer === null) return;
    const email = invitationEmail({ to, link, projectName, invitedBy });
    services.inBackground("an invitation", () => mailer.send(email));
  }
}

/**
 * The link alone makes a new account. It does not open one that is there already: its session or password does.
 * @throws AppError invalid; as SignIn.prove
 */
async function inviteeOf(
  request: FastifyRequest,
  { context, sessions, signIn }: AppServices,
  { email }: OpenInvitation,
): Promise<Invitee> {
  const body = bodyOf(request);
  const account = await findUserByEmail(context.app, email);
  if (account === null) {
    const name = parseDisplayName(body.name);
    if (!name.ok) throw refused("name", name.error);
    const password = checkNewPassword(body.password, { email, field: "password" });
    return { name: name.value, passwordHash: await hashPassword(password) };
  }
  const signedIn = await sessions.userOf(request);
  if (signedIn?.userId === account.id) {
    sessions.checkOrigin(request);
    return { userId: account.id };
  }
  return { userId: (await signIn.prove({ email, password: body.password, code: body.code }, request.ip)).id };
}
