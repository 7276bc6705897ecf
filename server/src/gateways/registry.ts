/** Which gateway sends which message type. What is not configured goes to the sandbox, so nothing is ever lost. */
import type { Log } from "../base/log.ts";
import type { MessageType } from "../domain/channel.ts";
import type { Gateway } from "./gateway.ts";
import { createSandboxGateway, type KeepMessages } from "./sandbox/index.ts";
import { createSmppGateway } from "./smpp/index.ts";
import { createSmsHttpGateway } from "./sms-http/index.ts";
import type { SmsHttpSettings } from "./sms-http/settings.ts";
import { createSmtpGateway } from "./smtp/index.ts";
import { createWebhookGateway } from "./webhook/index.ts";

export type SmsOptions =
  | ({ readonly kind: "http" } & SmsHttpSettings)
  | { readonly kind: "smpp"; readonly url: string; readonly window?: number };

export interface GatewaysOptions {
  /** null sends emails to the sandbox. */
  readonly email: { readonly url: string; readonly connections: number } | null;
  /** null sends SMS to the sandbox. */
  readonly sms: SmsOptions | null;
  readonly webhook: { readonly allowPrivateAddresses: boolean };
  readonly keep: KeepMessages;
  readonly log: Log;
}

export interface Gateways {
  forType(type: MessageType): Gateway;
  /** Each gateway once. */
  readonly all: readonly Gateway[];
  /** Ends all connections. Settles even where one gateway fails to close. */
  close(): Promise<void>;
}

/** Opens no connection: each gateway connects with its first message. */
export function createGateways(options: GatewaysOptions): Gateways {
  const { log } = options;
  const sandbox = createSandboxGateway({ keep: options.keep });
  const email = options.email === null ? sandbox : createSmtpGateway({ ...options.email, log });
  const sms = options.sms === null ? sandbox : createSmsGateway(options.sms, log);
  const webhook = createWebhookGateway({ ...options.webhook, log });
  const byType: Readonly<Record<MessageType, Gateway>> = {
    1: sandbox,
    2: sandbox,
    3: sandbox,
    6: sandbox,
    7: email,
    8: webhook,
    9: sms,
  };
  const all = [...new Set(Object.values(byType))];
  return {
    forType: (type) => byType[type],
    all,
    async close() {
      const ends = await Promise.allSettled(all.map((gateway) => gateway.close()));
      for (const end of ends)
        if (end.status === "rejected") log.warn({ err: end.reason }, "gateway did not close");
    },
  };
}

/** The kind of gateway that each message type leaves by; "sandbox" where none is configured. Opens nothing. */
export function instanceKinds({ email, sms }: GatewaysOptions): Readonly<Record<MessageType, string>> {
  const smsKind = sms === null ? "sandbox" : sms.kind === "smpp" ? "smpp" : "sms-http";
  const emailKind = email === null ? "sandbox" : "smtp";
  return { 1: "sandbox", 2: "sandbox", 3: "sandbox", 6: "sandbox", 7: emailKind, 8: "webhook", 9: smsKind };
}

function createSmsGateway(sms: SmsOptions, log: Log): Gateway {
  return sms.kind === "smpp"
    ? createSmppGateway({ ...sms, log })
    : createSmsHttpGateway({ settings: sms, log });
}
