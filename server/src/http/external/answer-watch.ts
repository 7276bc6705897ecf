/**
 * Did the answer arrive? TCP does not say, so this is read from what happens to the connection: gone before the last
 * byte was handed over, or reset after it, the answer is lost; another request on the connection, or a clean end,
 * and it was read.
 */
import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { AnswerWatch, UnkeyedCall } from "../../actions/executions/execute-call.ts";

type State = "waiting" | "sent" | "lost";

interface Watched {
  change(to: State): void;
}

/** The last answer on each connection that anybody watches. One listener a connection, however many calls it has. */
const lastOf = new WeakMap<Socket, { watched: Watched | null }>();

function connectionOf(socket: Socket): { watched: Watched | null } {
  const known = lastOf.get(socket);
  if (known !== undefined) return known;
  const connection: { watched: Watched | null } = { watched: null };
  lastOf.set(socket, connection);
  socket.once("close", (isReset) => {
    if (isReset) connection.watched?.change("lost");
  });
  return connection;
}

export function watchAnswer(request: IncomingMessage, response: ServerResponse): AnswerWatch {
  let state: State = request.socket.destroyed ? "lost" : "waiting";
  let listener: ((step: "sent" | "lost") => void) | null = null;
  const watched: Watched = {
    change(to) {
      if (to === state || to === "waiting") return;
      state = to;
      listener?.(to);
    },
  };
  // What was sent before on this connection has arrived, or its caller would not go on.
  connectionOf(request.socket).watched = watched;
  response.once("finish", () => watched.change("sent"));
  response.once("close", () => {
    if (!response.writableFinished) watched.change("lost");
  });
  return {
    isLost: () => state === "lost",
    onChange(wanted) {
      listener = wanted;
      if (state !== "waiting") wanted(state);
    },
  };
}

const FINGERPRINT_BYTES = 16;

/** A call without a key is known by its bytes and its credential; a repetition sends the same ones. */
export function unkeyedCall(
  request: IncomingMessage,
  response: ServerResponse,
  { body, arrivedAtMs }: { body: Buffer; arrivedAtMs: number },
): UnkeyedCall {
  const hash = createHash("sha256").update(request.headers.authorization ?? "");
  const digest = hash.update("\0").update(body).digest();
  const fingerprint = digest.subarray(0, FINGERPRINT_BYTES).toString("hex");
  return { fingerprint, arrivedAtMs, watch: watchAnswer(request, response) };
}
