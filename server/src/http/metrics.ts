/**
 * /metrics for Prometheus: what this process counted, the queue as the database has it now, and what the workers say
 * of themselves. For the operator only: from this machine, or with METRICS_TOKEN.
 */
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Context } from "../actions/context.ts";
import type { Acceptor } from "../actions/executions/acceptor.ts";
import { readFigures } from "../actions/health/read-figures.ts";
import { constantTimeEqual } from "../base/crypto.ts";
import { AppError } from "../base/errors.ts";
import { METRICS_TYPE, type Metrics } from "../base/metrics.ts";

/** Times every answer; before the routes are mounted. */
export function measureRequests(app: FastifyInstance, metrics: Metrics): void {
  app.addHook("onResponse", (request, reply, done) => {
    // The pattern and not the path: a path may hold an id, or anything that a stranger types.
    const { url: route = "none" } = request.routeOptions;
    const labels = { method: request.method, route, status: reply.statusCode };
    metrics.observeRequest(labels, reply.elapsedTime / 1000);
    done();
  });
}

export const countingAcceptor = (acceptor: Acceptor, metrics: Metrics): Acceptor => ({
  ...acceptor,
  async accept(projectId, call) {
    const outcome = await acceptor.accept(projectId, call);
    if (outcome.kind === "accepted" && !outcome.isReplay) metrics.countAccepted(call.request.targets.length);
    return outcome;
  },
});

/** @param token that a reader from elsewhere must show; null: only this machine may read. */
export function mountMetrics(
  app: FastifyInstance,
  { context, metrics, token }: { context: Context; metrics: Metrics; token: string | null },
): void {
  app.get("/metrics", async (request, reply) => {
    if (!mayRead(request, token)) throw new AppError("unknown_operation");
    return await reply.type(METRICS_TYPE).send(await metrics.render(await readFigures(context)));
  });
}

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;
/** A reverse proxy on this machine speaks for strangers. */
const FORWARDED = ["forwarded", "via", "x-forwarded-for", "x-real-ip"];

function mayRead(request: FastifyRequest, token: string | null): boolean {
  if (token !== null) return constantTimeEqual(request.headers.authorization ?? "", `Bearer ${token}`);
  const isForwarded = FORWARDED.some((name) => request.headers[name] !== undefined);
  return !isForwarded && LOOPBACK.test(request.socket.remoteAddress ?? "");
}
