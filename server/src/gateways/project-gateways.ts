/**
 * Gateways of projects' own. One is opened with the first haul that needs it and kept for the next ones; when its
 * settings change, the next haul opens the new version, and the old one is closed as soon as no haul uses it.
 */
import type { Log } from "../base/log.ts";
import type { GatewaySettings, SmsHttpGatewaySettings, SmtpSettings } from "../domain/gateway-settings.ts";
import type { Gateway } from "./gateway.ts";
import { later } from "./outcomes.ts";
import { createSmppGateway } from "./smpp/index.ts";
import { createSmsHttpGateway } from "./sms-http/index.ts";
import type { SmsHttpSettings } from "./sms-http/settings.ts";
import { createSmtpGateway } from "./smtp/index.ts";

export interface GatewayKey {
  readonly projectId: number;
  readonly messageType: number;
  readonly version: number;
}

export interface OpenOptions {
  /** May a project's gateway stand in our own network? */
  readonly allowPrivateAddresses: boolean;
  readonly log: Log;
}

export interface HeldGateway {
  readonly gateway: Gateway;
  /** To be called once, when nothing more is sent with it. */
  release(): void;
}

export interface ProjectGateways {
  /** @param settings are asked for when this version is not open yet; null when they cannot be read. */
  hold(key: GatewayKey, settings: () => GatewaySettings | null): HeldGateway;
  close(): Promise<void>;
}

interface Entry {
  readonly gateway: Gateway;
  readonly version: number;
  holds: number;
  isRetired: boolean;
}

/** Each holds a few connections; the least recently used one that rests is closed first. */
const MAX_OPEN = 200;

export function createProjectGateways(options: OpenOptions): ProjectGateways {
  const open = new Map<string, Entry>();
  const ends = new Set<Promise<void>>();

  function end(entry: Entry): void {
    const closing = entry.gateway.close().catch((error: unknown) => {
      options.log.warn({ err: error }, "a project's gateway did not close");
    });
    ends.add(closing);
    void closing.then(() => ends.delete(closing));
  }

  function retire(id: string, entry: Entry): void {
    open.delete(id);
    entry.isRetired = true;
    if (entry.holds === 0) end(entry);
  }

  function makeRoom(): void {
    if (open.size <= MAX_OPEN) return;
    const resting = [...open].find(([, entry]) => entry.holds === 0);
    if (resting !== undefined) retire(...resting);
  }

  return {
    hold(key, settings) {
      const id = `${key.projectId}:${key.messageType}`;
      const known = open.get(id);
      if (known !== undefined && known.version !== key.version) retire(id, known);
      const entry = open.get(id) ?? {
        gateway: openGateway(settings(), { ...options, breaker: `${id}:${key.version}` }),
        version: key.version,
        holds: 0,
        isRetired: false,
      };
      // Put in again as the most recently used.
      open.delete(id);
      open.set(id, entry);
      entry.holds += 1;
      makeRoom();
      return {
        gateway: entry.gateway,
        release() {
          entry.holds -= 1;
          if (entry.isRetired && entry.holds === 0) end(entry);
        },
      };
    },
    async close() {
      for (const [id, entry] of open) retire(id, entry);
      await Promise.all(ends);
    },
  };
}

/** Opens no connection yet. @param breaker its own, so that one project's broken server stops nobody else. */
export function openGateway(
  settings: GatewaySettings | null,
  options: OpenOptions & { readonly breaker: string },
): Gateway {
  return { ...createOf(settings, options), breaker: options.breaker };
}

function createOf(settings: GatewaySettings | null, options: OpenOptions): Gateway {
  switch (settings?.kind) {
    case "smtp":
      return createSmtpGateway({
        url: smtpUrl(settings),
        connections: settings.connections,
        requireTls: settings.security === "starttls",
        ...options,
      });
    case "sms-http":
      return createSmsHttpGateway({ settings: smsHttpSettingsOf(settings), ...options });
    case "smpp": {
      const { host, port, tls, system_id, password, window } = settings;
      const user = `${encodeURIComponent(system_id)}:${encodeURIComponent(password)}`;
      return createSmppGateway({
        url: `${tls ? "ssmpp" : "smpp"}://${user}@${bracketed(host)}:${port}`,
        window,
        ...options,
      });
    }
    default:
      return unreadable();
  }
}

/** As the gateway's own code reads them; what is left out has its default there. */
export function smsHttpSettingsOf(settings: SmsHttpGatewaySettings): SmsHttpSettings {
  const { url, method, headers, body, content_type, id_path, ability, concurrency } = settings;
  return {
    url,
    method,
    ability,
    concurrency,
    contentType: content_type,
    ...(headers === null ? {} : { headers }),
    ...(body === null ? {} : { body }),
    ...(id_path === "" ? {} : { providerIdPath: id_path }),
  };
}

function smtpUrl({ host, port, security, user, password }: SmtpSettings): string {
  const login = user === "" ? "" : `${encodeURIComponent(user)}:${encodeURIComponent(password)}@`;
  return `${security === "tls" ? "smtps" : "smtp"}://${login}${bracketed(host)}:${port}`;
}

const bracketed = (host: string): string => (host.includes(":") ? `[${host}]` : host);

const UNREADABLE = "The settings of this gateway cannot be read. Save them again.";

/** The instance key was replaced, say: messages wait until somebody saves the settings again. */
function unreadable(): Gateway {
  return {
    name: "unreadable",
    ability: "dumb",
    send: async (slice) => slice.map(() => later(UNREADABLE, { brokenGateway: true })),
    check: async () => [{ setting: "settings", problem: UNREADABLE }],
    close: async () => {},
  };
}
