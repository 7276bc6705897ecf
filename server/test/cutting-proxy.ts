/** A TCP proxy between callers and API processes that cuts connections at chosen moments. It knows no HTTP. */
import { connect, createServer } from "node:net";
import { listenOnLoopback } from "./sinks/listening.ts";

/** When: as soon as the call is through; when its answer comes; after its first half. `hold` swallows the answer. */
export type Cut = "request" | "answer" | "half" | "hold" | null;

export interface CuttingProxy {
  readonly url: string;
  close(): Promise<void>;
}

/** @param plan asked for each connection: which API process it leads to, and how it is cut. */
export async function startCuttingProxy(
  plan: () => { readonly to: string; readonly cut: Cut },
): Promise<CuttingProxy> {
  const server = createServer({ noDelay: true }, (caller) => {
    const { to, cut } = plan();
    const url = new URL(to);
    const api = connect({ host: url.hostname, port: Number(url.port), noDelay: true });
    const pair = [caller, api];
    for (const socket of pair) {
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        for (const other of pair) other.destroy();
      });
    }
    const cutBoth = (): void => {
      for (const socket of pair) socket.resetAndDestroy();
    };
    caller.on("data", (bytes) => {
      api.write(bytes, () => {
        // The call must reach the API: a reset overtakes what is still under way.
        if (cut === "request") setTimeout(cutBoth, 1);
      });
    });
    api.on("data", (bytes) => {
      if (cut === "half") caller.write(bytes.subarray(0, bytes.length / 2), cutBoth);
      else if (cut === "hold") return;
      else if (cut !== null) cutBoth();
      else caller.write(bytes);
    });
  });
  const { port, stop } = await listenOnLoopback(server, 0);
  return { url: `http://127.0.0.1:${port}`, close: stop };
}
