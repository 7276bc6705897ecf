/** The part of the `smpp` package that is used here; it brings no types of its own. */
declare module "smpp" {
  import type { EventEmitter } from "node:events";
  import type { Server as NetServer, Socket } from "node:net";

  export interface Pdu {
    readonly command: string;
    readonly command_status: number;
    readonly sequence_number: number;
    readonly [field: string]: unknown;
    response(fields?: Readonly<Record<string, unknown>>): Pdu;
  }

  type Command = (fields: Readonly<Record<string, unknown>>, onReply?: (reply: Pdu) => void) => boolean;

  export interface Session extends EventEmitter {
    readonly socket: Socket;
    readonly submit_sm: Command;
    readonly bind_transceiver: Command;
    readonly enquire_link: Command;
    readonly unbind: Command;
    /** false when the socket cannot be written to any more. */
    send(pdu: Pdu): boolean;
    /** Ends the connection once what was written has left. */
    close(): void;
    destroy(): void;
  }

  export interface ConnectOptions {
    readonly host: string;
    readonly port: number;
    readonly tls: boolean;
    readonly noDelay: boolean;
    readonly servername?: string;
  }

  const smpp: {
    connect(options: ConnectOptions): Session;
    createServer(onSession: (session: Session) => void): NetServer;
    readonly errors: Readonly<Record<string, number>>;
  };
  export default smpp;
}
