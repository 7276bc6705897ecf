/** What the fuzz asks: the product in processes of its own, with a worker, and a second project to keep out of. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openDatabase } from "../../bench/database.ts";
import { type Product, startProduct } from "../../bench/product.ts";
import { randomToken, sha256 } from "../../src/base/crypto.ts";
import { insertAppToken } from "../../src/store/credentials.ts";
import type { Sql } from "../../src/store/db.ts";
import { insertProject } from "../../src/store/projects.ts";
import { FOREIGN } from "./answer-faults.ts";
import type { Callers } from "./requests.ts";
import type { Names } from "./schema-values.ts";

export interface FuzzStage {
  readonly product: Product;
  readonly owner: Sql;
  readonly names: Names;
  readonly callers: Callers;
  /** @returns the product's exit code. */
  strike(): Promise<number | null>;
}

interface Facts {
  readonly dashboard: { readonly email: string; readonly password: string };
  readonly project: { readonly apptoken: string };
  readonly campaigns: Readonly<Record<string, number>>;
  readonly user_ids: readonly string[];
  readonly device_ids: readonly number[];
}

export async function setFuzzStage(): Promise<FuzzStage> {
  const product = await startProduct({ workers: 1 });
  const owner = openDatabase(product.databaseUrl);
  const strike = async (): Promise<number | null> => {
    await owner.end({ timeout: 2 });
    return await product.stop();
  };
  try {
    const facts = JSON.parse(readFileSync(join(product.dataDir, "demo.json"), "utf8")) as Facts;
    const foreign = await fillForeign(product, owner);
    return { product, owner, strike, ...(await fillOwn(product, { facts, foreign })) };
  } catch (error) {
    await strike();
    throw error;
  }
}

async function fillOwn(
  product: Product,
  { facts, foreign }: { facts: Facts; foreign: readonly number[] },
): Promise<Pick<FuzzStage, "names" | "callers">> {
  const { apptoken } = facts.project;
  const signedIn = await fetch(`${product.url}/api/app/login`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: product.url },
    body: JSON.stringify(facts.dashboard),
  });
  const cookie = signedIn.headers.get("set-cookie")?.split(";")[0] ?? "";
  const call = caller(product, apptoken);
  const made = await call("app/clients", { name: "Fuzz", scopes: ["list", "info"] });
  const { secret } = (await call(`app/clients/${made.data.client_id}/secrets`, {})).data;
  const list = (await call("external/create/list", { title: "Fuzz", identifier: "email" })).model.id;
  const campaigns = Object.values(facts.campaigns);
  const target = { target_by: "user_id", target: facts.user_ids, async: false };
  const sent = await call("external/execute/campaign", { id: facts.campaigns.sms, ...target });
  const profile = (await call("external/info/profile", { user_id: facts.user_ids[0] })).model.id;
  const hook = { name: "CRM", url: "https://hooks.example.org/x", events: ["message_send"] };
  const connection = (await call("app/connections", hook)).data.id;
  const invitation = (await call("app/invitations", { email: "i@example.org", role: "viewer" })).data.id;
  const execution = sent.model.id;
  const message = sent.data[0].message_id;
  const client = made.data.client_id;
  const numbers = [list, execution, execution * 16 + 9, message, profile, ...facts.device_ids.slice(0, 2)];
  const inPath = {
    campaigns,
    clients: [client],
    connections: [connection],
    executions: [execution],
    gateways: ["sms", "email", "7", "9", "3"],
    invitations: [invitation],
    messages: [message],
    profiles: [profile],
  };
  return {
    names: {
      campaigns,
      userIds: [...facts.user_ids.slice(0, 3), "u-1", "fuzz-1"],
      devices: facts.device_ids,
      ids: [...campaigns, ...numbers, ...foreign, 999_999_999, client],
      inPath,
    },
    callers: { apptoken, cookie, origin: product.url, client: { id: client, secret } },
  };
}

// biome-ignore lint/suspicious/noExplicitAny: whatever the answer holds
type Call = (path: string, body: object) => Promise<any>;

const caller =
  (product: Product, apptoken: string): Call =>
  async (path, body) => {
    const response = await fetch(`${product.url}/api/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${apptoken}` },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
    return await response.json();
  };

/** A project whose every text holds a mark. @returns ids of its objects. */
async function fillForeign(product: Product, owner: Sql): Promise<number[]> {
  const nowMs = Date.now();
  const id = await insertProject(owner, { name: FOREIGN, nowMs });
  const token = randomToken("crl_");
  await insertAppToken(owner, id, { hash: sha256(token), sealed: Buffer.alloc(8), nowMs });
  const call = caller(product, token);
  const campaign = (
    await call("external/create/campaign", {
      title: FOREIGN,
      trigger: 3,
      active: 1,
      sms: 1,
      messages: { "9": { sms_text: FOREIGN, sms_from: "Carillon" } },
    })
  ).model.id;
  const person = {
    columns: ["user_id", "mobile_number", "sms_subscription"],
    rows: [[FOREIGN, "353861111111", 1]],
  };
  await call("external/import/profile", person);
  const profile = (await call("external/info/profile", { user_id: FOREIGN })).model.id;
  const sent = await call("external/execute/campaign", {
    id: campaign,
    target_by: "user_id",
    target: [FOREIGN],
    async: false,
  });
  const list = (await call("external/create/list", { title: FOREIGN, identifier: "email" })).model.id;
  const hook = { name: FOREIGN, url: "https://hooks.example.org/x", events: ["message_send"] };
  const connection = (await call("app/connections", hook)).data.id;
  return [campaign, profile, sent.model.id, sent.data[0].message_id, list, connection];
}
