/**
 * Finds tokens of ours in the addresses of calls. There they open nothing (the body and the header are their places);
 * a right one is noted as exposed, at most once an hour: an integration that does it in every call fills no trail.
 */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Context } from "../../actions/context.ts";
import { noteExposedToken } from "../../actions/tokens/exposed-token.ts";
import { hasValidChecksum } from "../../base/crypto.ts";
import type { Authenticator } from "../auth.ts";

const QUIET_MS = 3_600_000;
/** Bounds the memory. */
const MAX_NOTED = 1_000;
/** Each of our form costs a query, and anybody can make the form: no call is to cost more than a few. */
const MAX_TOKENS = 3;

export function watchAddresses(app: FastifyInstance, context: Context, authenticator: Authenticator): void {
  const notedMs = new Map<string, number>();

  async function note(token: string, ip: string): Promise<void> {
    const nowMs = context.clock.monotonicMs();
    const lastMs = notedMs.get(token);
    if (lastMs !== undefined && nowMs - lastMs < QUIET_MS) return;
    const caller = await authenticator.recognise(token);
    if (caller === null) return;
    if (notedMs.size >= MAX_NOTED) notedMs.clear();
    notedMs.set(token, nowMs);
    await noteExposedToken(context, { projectId: caller.projectId, clientId: caller.clientId, ip });
  }

  async function noteAll(values: readonly string[], ip: string): Promise<void> {
    for (const value of values) await note(value, ip);
  }

  app.addHook("preHandler", (request, _reply, done) => {
    const values = valuesOf(request);
    if (values.length === 0) done();
    else noteAll(values, request.ip).then(() => done(), done);
  });
}

function valuesOf({ url }: FastifyRequest): string[] {
  const start = url.indexOf("?");
  if (start === -1) return [];
  return [...new Set(new URLSearchParams(url.slice(start + 1)).values())]
    .filter(hasValidChecksum)
    .slice(0, MAX_TOKENS);
}
