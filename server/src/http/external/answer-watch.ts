/**
 * Did the answer arrive? TCP does not say, so this is read from what happens to the connection: gone before the last
 * byte was handed over, or reset after it, the answer is lost; another request on the connection, or a clean end,
 * and it was read.
 */
import { hash } from "node:crypto";
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

/** Another call came on this connection: whatever was answered before has arrived. */
export function answerWasRead(socket: Socket): void {
  const connection = lastOf.get(socket);
  if (connection !== undefined) connection.watched = null;
}

function watchAnswer(request: IncomingMessage, response: ServerResponse): AnswerWatch {
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

/** 16 bytes. */
const FINGERPRINT_DIGITS = 32;

/** A call without a key is known by its bytes and its credential; a repetition sends the same ones. */
export function unkeyedCall(
  request: IncomingMessage,
  response: ServerResponse,
  { body, arrivedAtMs }: { body: Buffer; arrivedAtMs: number },
): UnkeyedCall {
  const { authorization } = request.headers;
  const asked = hash("sha256", body, "hex");
  const known = authorization === undefined ? asked : hash("sha256", `${authorization} ${asked}`, "hex");
  const fingerprint = known.slice(0, FINGERPRINT_DIGITS);
  return { fingerprint, arrivedAtMs, watch: watchAnswer(request, response) };
}
