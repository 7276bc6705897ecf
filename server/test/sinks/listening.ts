/** A TCP server on loopback that knows its sockets, so that closing it ends every connection at once. */
import type { AddressInfo, Server, Socket } from "node:net";

export interface Listening {
  readonly port: number;
  readonly accepted: () => number;
  readonly open: () => number;
  readonly stop: () => Promise<void>;
}

/** Starts `server` on 127.0.0.1. Rejects when the port is taken. */
export async function listenOnLoopback(server: Server, port: number): Promise<Listening> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  server.on("connection", (socket: Socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    // A peer that goes away is the daily bread of a sink: the close event is all that matters.
    socket.on("error", () => undefined);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.removeListener("error", reject);
      resolve();
    });
  });
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  return {
    port: (server.address() as AddressInfo).port,
    accepted: () => accepted,
    open: () => sockets.size,
    stop,
  };
}
