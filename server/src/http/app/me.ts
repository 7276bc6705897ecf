/** /api/app/me: who is signed in, where they may work, and what they change about themselves. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { userActor } from "../../actions/users/change-user.ts";
import { type MeView, renameUser, viewAccount } from "../../actions/users/own-account.ts";
import { changePassword, checkNewPassword } from "../../actions/users/passwords.ts";
import { confirmTotp, removeTotp, startTotp } from "../../actions/users/second-factor.ts";
import { AppError } from "../../base/errors.ts";
import { VERSION } from "../../base/version.ts";
import { parseDisplayName } from "../../domain/display-name.ts";
import { isRecord } from "../../domain/field-label.ts";
import { findUser, type UserRow } from "../../store/users.ts";
import { bodyOf, refused } from "./params.ts";
import type { AppServices } from "./services.ts";
import type { SignedIn } from "./sessions.ts";

export function mountMe(scope: FastifyInstance, services: AppServices): void {
  const { context, region = "local" } = services;

  async function viewMe(userId: number): Promise<MeView> {
    const account = await viewAccount(context, userId);
    return { ...account, region, version: VERSION, instance: { url: services.ownUrl() } };
  }

  scope.get("/me", async (request) => ({ data: await viewMe((await services.userOf(request)).userId) }));

  // All is judged before anything is written.
  scope.patch("/me", async (request) => {
    const { session, user } = await signedIn(request, services);
    const { name: givenName, password: givenPassword } = bodyOf(request);
    const { ip } = request;
    const name = givenName === undefined ? null : nameOf(givenName);
    const password =
      givenPassword === undefined ? null : await newPasswordOf(services, { user, given: givenPassword, ip });
    if (name !== null) await renameUser(context, { user, name, actor: userActor(user.id, ip) });
    if (password !== null)
      await changePassword(context, { userId: user.id, password, session: session.hash, ip });
    return { data: await viewMe(user.id) };
  });

  mountTotp(scope, services);
}

function mountTotp(scope: FastifyInstance, services: AppServices): void {
  const { context } = services;

  scope.post("/me/totp/start", async (request) => {
    const { user } = await signedIn(request, services);
    return { data: await startTotp(context, user) };
  });

  scope.post("/me/totp/confirm", async (request) => {
    const { user } = await signedIn(request, services);
    const { code } = bodyOf(request);
    if (typeof code !== "string" || code === "") throw refused("code", "cannot be blank");
    const actor = userActor(user.id, request.ip);
    const recoveryCodes = await confirmTotp(context, {
      userId: user.id,
      code: code.replace(/\s/g, ""),
      actor,
    });
    return { data: { recovery_codes: recoveryCodes } };
  });

  scope.delete("/me/totp", async (request) => {
    const { user } = await signedIn(request, services);
    const { password } = bodyOf(request);
    await requirePassword(services, { user, given: password, field: "password", ip: request.ip });
    await removeTotp(context, { userId: user.id, actor: userActor(user.id, request.ip) });
    return { data: {} };
  });
}

async function signedIn(
  request: FastifyRequest,
  services: AppServices,
): Promise<{ session: SignedIn; user: UserRow }> {
  const session = await services.userOf(request);
  const user = await findUser(services.context.app, session.userId);
  if (user === null) throw new AppError("unauthenticated");
  return { session, user };
}

function nameOf(given: unknown): string {
  const name = parseDisplayName(given);
  if (name.ok) return name.value;
  throw refused("name", name.error);
}

/** Who finds an open browser must not take the account over. @throws AppError invalid, too_many_requests */
async function requirePassword(
  { signIn }: AppServices,
  { user, given, field, ip }: { user: UserRow; given: unknown; field: string; ip: string },
): Promise<void> {
  if (!(await signIn.isPasswordOf(user, given, ip))) throw refused(field, "is wrong");
}

/** @throws AppError as `requirePassword`, and invalid for a new one that will not do */
async function newPasswordOf(
  services: AppServices,
  { user, given, ip }: { user: UserRow; given: unknown; ip: string },
): Promise<string> {
  const { current, next } = isRecord(given) ? given : {};
  const chosen = checkNewPassword(next, { email: user.email, field: "password.next" });
  await requirePassword(services, { user, given: current, field: "password.current", ip });
  return chosen;
}
