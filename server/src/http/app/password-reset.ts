/**
 * /api/app/password-reset: a link for somebody who has forgotten their password. Whoever asks gets the same answer in
 * the same time, whether the email has an account or not: the work is done behind the answer.
 */
import type { FastifyInstance } from "fastify";
import { confirmReset, startReset } from "../../actions/users/passwords.ts";
import { parseEmail } from "../../domain/address.ts";
import { resetEmail } from "./account-emails.ts";
import { ANYWHERE, createLoginThrottle } from "./login-throttle.ts";
import { bodyOf } from "./params.ts";
import type { AppServices } from "./services.ts";

const SMALL_BODY = 8_192;

export function mountPasswordReset(scope: FastifyInstance, services: AppServices): void {
  const { context, mailer = null } = services;
  // By email alone: a stranger must not fill somebody's mailbox from many addresses.
  const resets = createLoginThrottle(context.clock);

  scope.post("/password-reset", { bodyLimit: SMALL_BODY }, async (request, reply) => {
    services.sessions.checkOriginIfGiven(request);
    const email = parseEmail(bodyOf(request).email);
    if (email.ok) services.inBackground("a reset of a password", () => sendLink(email.value.matchKey));
    return await reply.code(202).send({ data: {} });
  });

  scope.post("/password-reset/confirm", { bodyLimit: SMALL_BODY }, async (request) => {
    services.sessions.checkOriginIfGiven(request);
    const { token, password } = bodyOf(request);
    await confirmReset(context, { token, password, ip: request.ip });
    return { data: {} };
  });

  async function sendLink(email: string): Promise<void> {
    if (resets.take(ANYWHERE, email) !== null) return;
    const token = await startReset(context, email);
    if (token === null) return;
    const link = `${services.ownUrl()}/password-reset/confirm?token=${token}`;
    if (mailer !== null) await mailer.send(resetEmail({ to: email, link }));
    else
      context.log.info(
        { user: email, link },
        "a new password was asked for; EMAIL_URL is not set, so give them the link",
      );
  }
}
