/** c-token: what an access token costs beside the app token, in turns; and what the check of a scope takes by itself. */
import { covers, SCOPES } from "../src/domain/scope.ts";
import { type Call, makeCalls } from "./load-client.ts";
import type { Product } from "./product.ts";
import { ask, compareInTurns, executions, type TurnOptions, type Turns } from "./turns.ts";

export interface TokenCost extends Turns {
  readonly scopeCheckMicroseconds: number;
}

export async function measureTokenCost(options: TurnOptions): Promise<TokenCost> {
  const turns = await compareInTurns(options, async (product) => {
    const byApp = executions(product, { apptoken: product.demo.project.apptoken });
    const headers = { authorization: `Bearer ${await takeToken(product)}` };
    const byToken = executions(product, { headers });
    return { base: () => byApp, other: () => byToken };
  });
  return { ...turns, scopeCheckMicroseconds: scopeCheckMicroseconds() };
}

/** A request for a token by a new client that may execute, as an integration has it. */
export async function tokenRequest(product: Product): Promise<Call> {
  const client = (await ask(product, "app/clients", { name: "Bench", scopes: ["execute", "info"] })).data;
  const { secret } = (await ask(product, `app/clients/${client.client_id}/secrets`, {})).data;
  const grant = { grant_type: "client_credentials", client_id: client.client_id, client_secret: secret };
  return { path: "/api/oauth/token", body: JSON.stringify(grant) };
}

async function takeToken(product: Product): Promise<string> {
  const [answer] = await makeCalls(product.url, [await tokenRequest(product)], 1);
  if (answer?.status !== 200) throw new Error(`no token: ${answer?.body}`);
  return (JSON.parse(answer.body) as { access_token: string }).access_token;
}

const CHECKS = 1_000_000;

function scopeCheckMicroseconds(): number {
  const held = new Set(SCOPES);
  const startMs = performance.now();
  let count = 0;
  for (let i = 0; i < CHECKS; i += 1) if (covers(held, SCOPES[i % SCOPES.length] ?? "list")) count += 1;
  if (count !== CHECKS) throw new Error("a scope that is held was not found");
  return ((performance.now() - startMs) * 1000) / CHECKS;
}
