/** /api/app/me: who is signed in, and where they may work. */
import type { FastifyInstance } from "fastify";
import { viewAccount } from "../../actions/users/own-account.ts";
import { VERSION } from "../../base/version.ts";
import type { AppServices } from "./services.ts";

export function mountMe(scope: FastifyInstance, services: AppServices): void {
  const { context, region = "local" } = services;

  scope.get("/me", async (request) => {
    const { userId } = await services.userOf(request);
    const account = await viewAccount(context, userId);
    return { data: { ...account, region, version: VERSION, instance: { url: services.ownUrl() } } };
  });
}
