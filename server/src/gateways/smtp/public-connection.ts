/**
 * The connection to a mail server that a customer named: made by us, so that it goes to exactly the address that was
 * checked, and handed to the library, which adds TLS under the server's name.
 */
import { connect, type Socket } from "node:net";
import { publicAddressOf } from "../../base/public-socket.ts";

type Callback = (error: Error | null, socket?: { connection: Socket } | false) => void;

const CONNECT_TIMEOUT_MS = 10_000;

/** The library's hook for a connection of one's own. Nothing was sent when it fails. */
export function getPublicSocket(
  options: { host?: string | undefined; port?: number | string | undefined },
  callback: Callback,
): void {
  open(options.host ?? "", Number(options.port ?? 587)).then(
    (connection) => callback(null, { connection }),
    (error: unknown) => callback(error as Error, false),
  );
}

async function open(host: string, port: number): Promise<Socket> {
  const address = await publicAddressOf(host, { allowPrivateAddresses: false });
  if (!address.ok) throw Object.assign(new Error(address.error), { code: "EDNS" });
  return await new Promise((resolve, reject) => {
    const socket = connect({ host: address.value, port, noDelay: true });
    const fail = (error: Error): void => {
      socket.destroy();
      reject(Object.assign(error, { code: "ECONNECTION" }));
    };
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => fail(new Error("The connection was not made in time.")));
    socket.once("error", fail);
    socket.once("connect", () => {
      socket.setTimeout(0);
      socket.removeListener("error", fail);
      resolve(socket);
    });
  });
}
