/**
 * Bodies that come gzipped (Content-Encoding). The limit of a route counts what comes out, and unpacking ends where it
 * is passed: a few bytes that stand for gigabytes cost no more than a body that is too large.
 */
import { Readable } from "node:stream";
import { createGunzip, type Gunzip } from "node:zlib";
import type { FastifyInstance, FastifyRequest, RequestPayload } from "fastify";
import { AppError } from "../base/errors.ts";

/** Lets the External API read packed bodies; the rest of the server takes none. */
export function unpackBodies(app: FastifyInstance, prefix: string): void {
  app.addHook("preParsing", (request, _reply, payload, done) => {
    const encoding = request.headers["content-encoding"]?.trim().toLowerCase() ?? "";
    if (!request.url.startsWith(prefix) || encoding === "" || encoding === "identity") done(null, payload);
    else if (encoding === "gzip" || encoding === "x-gzip") done(null, unpacked(request, payload));
    else done(new AppError("malformed_body", { message: "The body must come plain or as gzip." }));
  });
}

function unpacked(request: FastifyRequest, payload: RequestPayload): RequestPayload {
  const gunzip = createGunzip();
  const limit = request.routeOptions.bodyLimit ?? request.server.initialConfig.bodyLimit ?? 0;
  const stream: RequestPayload = Readable.from(readWithin(gunzip, limit));
  // The framework compares it with Content-Length, which counts the packed bytes.
  stream.receivedEncodedLength = 0;
  payload.on("data", (chunk: Buffer) => {
    stream.receivedEncodedLength = (stream.receivedEncodedLength ?? 0) + chunk.length;
  });
  // A caller who hangs up ends nothing: without this the rest would be waited for.
  payload.once("error", (error) => gunzip.destroy(error));
  gunzip.once("close", () => payload.unpipe(gunzip));
  payload.pipe(gunzip);
  return stream;
}

async function* readWithin(gunzip: Gunzip, limit: number): AsyncGenerator<Buffer> {
  let length = 0;
  try {
    for await (const chunk of gunzip as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > limit) throw new AppError("too_large");
      yield chunk;
    }
  } catch (thrown) {
    if (thrown instanceof AppError) throw thrown;
    throw new AppError("malformed_body", { message: "The body is not valid gzip.", cause: thrown });
  }
}
