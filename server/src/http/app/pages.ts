/**
 * The pages that the server draws itself: /sandbox with its sign-in form. No script, and nothing is loaded from
 * anywhere: the policy says so to the browser too.
 */
import type { FastifyInstance, FastifyReply } from "fastify";
import { viewSandbox } from "../../actions/results/sandbox-view.ts";
import { AppError } from "../../base/errors.ts";
import { allows } from "../../domain/role.ts";
import { appErrorOf } from "../errors.ts";
import type { Html } from "./html.ts";
import { drawFault, drawSandbox, drawSignIn } from "./sandbox-page.ts";
import type { AppServices } from "./services.ts";

/**
 * Styles are inline because an email's are, and its frame inherits this policy; `data:` for pictures that an email
 * carries in itself. Styles cannot reach outside: every way of loading is closed.
 */
const POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "img-src data:",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": POLICY,
  // Not "no-referrer": with it browsers send `Origin: null` along with a form, which we refuse.
  "referrer-policy": "same-origin",
  "x-frame-options": "DENY",
  "cross-origin-opener-policy": "same-origin",
};

/** Enough to scroll through; the JSON form has more. */
const SHOWN = 50;
const FORM_LIMIT = 8_192;

export function mountPages(scope: FastifyInstance, { context, sessions }: AppServices): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string" },
    (_request, text, done) => {
      done(null, new URLSearchParams(String(text)));
    },
  );
  scope.setErrorHandler((thrown, request, reply) => {
    const error = appErrorOf(thrown);
    if (error.status >= 500) context.log.error({ err: thrown, request: request.id }, "a page failed");
    void draw(reply, drawFault(error.message), error.status);
  });

  scope.get("/sandbox", async (request, reply) => {
    const caller = await sessions.find(request);
    if (caller === null) return await draw(reply, drawSignIn(null));
    if (!allows(caller.role, "messages.read")) throw new AppError("forbidden");
    const messages = await viewSandbox(context, caller.projectId, SHOWN);
    return await draw(reply, drawSandbox(messages, context.clock.now()));
  });

  scope.post("/sandbox/sign-in", { bodyLimit: FORM_LIMIT }, async (request, reply) => {
    sessions.checkOrigin(request);
    const form = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
    try {
      const given = { email: form.get("email"), password: form.get("password"), code: form.get("code") };
      await sessions.signIn(request, reply, given);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (error.retryAfterSeconds !== undefined) reply.header("retry-after", error.retryAfterSeconds);
      return await draw(reply, drawSignIn(error.message), error.status);
    }
    return await reply.redirect("/sandbox", 303);
  });

  scope.post("/sandbox/sign-out", { bodyLimit: FORM_LIMIT }, async (request, reply) => {
    sessions.checkOrigin(request);
    await sessions.signOut(request, reply);
    return await reply.redirect("/sandbox", 303);
  });
}

const draw = (reply: FastifyReply, page: Html, status = 200): FastifyReply =>
  reply.code(status).headers(HEADERS).send(`<!doctype html>\n${page.text}`);
