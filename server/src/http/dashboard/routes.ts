/**
 * The dashboard in the browser: the files of its build, and its page for every address that the browser app knows.
 * Which those are the app alone decides, so each GET of a page that nobody else answers is one.
 */
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { createIndexPage } from "./index-page.ts";

const BUILD = join(import.meta.dirname, "../../../../dist/dashboard");

/** Whose addresses are never the browser app's: a wrong one there is answered as its own kind. */
const OTHERS = /^\/(api|assets|reference|sandbox|oauth|healthz|readyz|metrics|\.well-known)(\/|$|\?)/;

export interface Dashboard {
  mount(app: FastifyInstance): void;
  /** For what no route takes. @returns whether it was a page of the dashboard and is answered. */
  answer(request: FastifyRequest, reply: FastifyReply): boolean;
}

/** @param folder of the build; tests hand in their own. */
export function createDashboard(folder: string = BUILD): Dashboard {
  const page = createIndexPage(folder);
  return {
    mount(app) {
      app.get("/", (request, reply) => page.send(reply, request.url));
      // Their names carry the hash of what they hold, so a browser never asks twice.
      app.register(fastifyStatic, {
        root: join(folder, "assets"),
        prefix: "/assets/",
        index: false,
        preCompressed: true,
        immutable: true,
        maxAge: "365d",
        decorateReply: false,
      });
    },
    answer(request, reply) {
      const wantsPage = request.method === "GET" || request.method === "HEAD";
      const takesHtml = request.headers.accept?.includes("text/html") ?? false;
      if (!wantsPage || !takesHtml || OTHERS.test(request.url)) return false;
      void page.send(reply, request.url);
      return true;
    },
  };
}
