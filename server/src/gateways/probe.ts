/**
 * Tries a gateway's settings for real and says in words what is wrong, step by step: the first step that fails ends
 * the trial, because whatever follows would only repeat it.
 */
import { connect, isIPv6 } from "node:net";
import { allowedAddressesOf } from "../base/public-socket.ts";
import type { Content } from "../domain/content.ts";
import type { GatewaySettings } from "../domain/gateway-settings.ts";
import type { TrialStep } from "../domain/gateway-trial.ts";
import type { Gateway, SendOutcome } from "./gateway.ts";
import { type OpenOptions, openGateway, smsHttpSettingsOf } from "./project-gateways.ts";
import { findSmsHttpProblems } from "./sms-http/problems.ts";

export interface ProbeOptions extends OpenOptions {
  /** Where one real message goes; null sends none. */
  readonly message: { readonly to: string; readonly key: string; readonly content: Content } | null;
}

/** A person waits for the answer. */
const TIME_LIMIT_MS = 15_000;
const CONNECT_TIMEOUT_MS = 5_000;

/** Never rejects; ends within 15 s. */
export async function probeGateway(settings: GatewaySettings, options: ProbeOptions): Promise<TrialStep[]> {
  const steps: TrialStep[] = [];
  const gateway = openGateway(settings, { ...options, breaker: "probe" });
  let timer: NodeJS.Timeout | undefined;
  const isTooLate = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), TIME_LIMIT_MS);
  });
  try {
    for (const [name, step] of stepsOf(settings, { gateway, options })) {
      const said = await Promise.race([step(), isTooLate]);
      if (said === "late") {
        steps.push({ name, ok: false, detail: "There was no answer within 15 seconds." });
        break;
      }
      steps.push({ name, ...said });
      if (!said.ok) break;
    }
    return steps;
  } finally {
    clearTimeout(timer);
    await gateway.close();
  }
}

interface Said {
  readonly ok: boolean;
  readonly detail: string;
}

type Addresses = Awaited<ReturnType<typeof allowedAddressesOf>>;
type Step = readonly [TrialStep["name"], () => Promise<Said>];

const good = (detail: string): Said => ({ ok: true, detail });
const bad = (detail: string): Said => ({ ok: false, detail });

function stepsOf(
  settings: GatewaySettings,
  { gateway, options }: { gateway: Gateway; options: ProbeOptions },
): Step[] {
  const { host, port } = placeOf(settings);
  const { message } = options;
  // Looked up once: what the first step tells is what the second connects to.
  let found: Promise<Addresses> | null = null;
  const addresses = () => (found ??= allowedAddressesOf(host, options));
  return [
    ["settings", async () => settingsStep(settings)],
    ["address", async () => addressStep(host, await addresses())],
    ["connection", async () => connectionStep({ host, port }, await addresses(), options)],
    ["sign_in", () => signInStep(gateway)],
    ...(message === null ? [] : [["message", () => messageStep(gateway, message)] as Step]),
  ];
}

function placeOf(settings: GatewaySettings): { host: string; port: number } {
  if (settings.kind !== "sms-http") return settings;
  if (!URL.canParse(settings.url)) return { host: "", port: 0 };
  const { hostname, port, protocol } = new URL(settings.url);
  const fallback = protocol === "https:" ? 443 : 80;
  return { host: hostname.replace(/^\[|\]$/g, ""), port: port === "" ? fallback : Number(port) };
}

function settingsStep(settings: GatewaySettings): Said {
  const problems = findSettingsProblems(settings);
  const [first] = problems === null ? [] : Object.values(problems).flat();
  return first === undefined ? good("The settings are complete.") : bad(first);
}

const FIELDS: Readonly<Record<string, string>> = {
  SMS_URL: "url",
  SMS_BODY: "body",
  SMS_HEADERS: "headers",
  SMS_ABILITY: "ability",
};

/** What only the gateway's own code knows to be wrong, by field; null when nothing is. */
export function findSettingsProblems(settings: GatewaySettings): Record<string, string[]> | null {
  if (settings.kind !== "sms-http") return null;
  const errors: Record<string, string[]> = {};
  for (const { setting, problem } of findSmsHttpProblems(smsHttpSettingsOf(settings))) {
    const field = FIELDS[setting] ?? "settings";
    errors[field] = [...(errors[field] ?? []), problem];
  }
  return Object.keys(errors).length === 0 ? null : errors;
}

const addressStep = (host: string, addresses: Addresses): Said =>
  addresses.ok ? good(`${host} is at ${addresses.value.join(", ")}.`) : bad(addresses.error);

async function connectionStep(
  { host, port }: { host: string; port: number },
  found: Addresses,
  { allowPrivateAddresses }: OpenOptions,
): Promise<Said> {
  if (!found.ok) return bad(found.error);
  // The gateways themselves go to the first address of a host that had to be checked.
  const tried = allowPrivateAddresses ? found.value : found.value.slice(0, 1);
  const addresses = tried.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
  return await new Promise((resolve) => {
    const socket = connect({
      host,
      port,
      autoSelectFamily: true,
      lookup: (_host, _options, say) => say(null, addresses),
    });
    const end = (said: Said): void => {
      socket.destroy();
      resolve(said);
    };
    socket.setTimeout(CONNECT_TIMEOUT_MS, () =>
      end(
        bad(`Nothing answers at ${host}, port ${port}: a firewall may be in between, or the port is wrong.`),
      ),
    );
    socket.once("connect", () => end(good(`${host} answers at port ${port}.`)));
    socket.once("error", (error: NodeJS.ErrnoException) =>
      end(
        bad(
          error.code === "ECONNREFUSED"
            ? `${host} refuses connections at port ${port}: nothing listens there.`
            : `${host}, port ${port} cannot be reached: ${error.code ?? error.message}.`,
        ),
      ),
    );
  });
}

async function signInStep(gateway: Gateway): Promise<Said> {
  const [first] = await gateway.check();
  return first === undefined ? good("The server takes us.") : bad(first.problem);
}

async function messageStep(gateway: Gateway, message: NonNullable<ProbeOptions["message"]>): Promise<Said> {
  const [outcome] = await gateway.send(
    [{ key: message.key, messageId: 0, projectId: 0, to: message.to, content: message.content }],
    new AbortController().signal,
  );
  return outcome === undefined ? bad("The gateway gave no answer.") : wordsOf(outcome, message.to);
}

function wordsOf(outcome: SendOutcome, to: string): Said {
  switch (outcome.kind) {
    case "accepted":
      return good(`The test message to ${to} was taken.`);
    case "rejected":
      return bad(`The test message was refused: ${outcome.detail}`);
    case "later":
      return bad(`The test message was not taken for now: ${outcome.detail}`);
    case "unknown":
      return bad(`It is not known whether the test message was taken: ${outcome.detail}`);
  }
}
