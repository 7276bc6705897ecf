/** Liveness and readiness for those who run Carillon. */
import type { FastifyInstance } from "fastify";
import type { Context } from "../actions/context.ts";
import { isReachable } from "../store/db.ts";

export function mountHealth(app: FastifyInstance, context: Context): void {
  app.get("/healthz", async () => ({ status: "ok" }));
  app.get("/readyz", async (_request, reply) => {
    const isReady = await isReachable(context.app);
    return await reply
      .code(isReady ? 200 : 503)
      .send({ status: isReady ? "ready" : "the database does not answer" });
  });
}
