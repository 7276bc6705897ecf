/** The set of a run: two sinks that log before they answer, the product with two workers, people and campaigns. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase } from "../../bench/database.ts";
import { type Product, startProduct } from "../../bench/product.ts";
import { type SinkProcess, startSinkProcess } from "../../bench/sink-process.ts";
import type { Sql } from "../../src/store/db.ts";
import type { Received } from "../sinks/ledger.ts";
import { CAMPAIGNS, type Channel, peopleBody } from "./call-plan.ts";

export interface Stage {
  readonly product: Product;
  readonly sql: Sql;
  /** Drops twins by their key: the SMS provider. */
  readonly keyedSink: SinkProcess;
  /** Takes everything: the mail server. */
  readonly dumbSink: SinkProcess;
  readonly campaigns: Readonly<Record<Channel, number>>;
  readonly ledgerFile: string;
  receipts(): Promise<Received[]>;
  /** Ends all processes and removes all files. @returns the product's exit code. */
  strike(): Promise<number | null>;
}

export async function setStage(): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), "carillon-chaos-"));
  const sinks = await Promise.all(
    (["keyed", "dumb"] as const).map((ability) =>
      startSinkProcess({ log: join(folder, `${ability}.log`), ability, keep: "body" }),
    ),
  );
  const [keyedSink, dumbSink] = sinks as [SinkProcess, SinkProcess];
  const clear = async (): Promise<void> => {
    await Promise.all(sinks.map((sink) => sink.stop()));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const env = { EMAIL_URL: dumbSink.smtpUrl, SMS_URL: `${keyedSink.httpUrl}/sms`, SMS_ABILITY: "keyed" };
    const product = await startProduct({ workers: 2, env });
    const sql = openDatabase(product.databaseUrl);
    return {
      product,
      sql,
      keyedSink,
      dumbSink,
      campaigns: await prepareCampaigns(product),
      ledgerFile: join(folder, "client.log"),
      receipts: async () => [...(await keyedSink.receipts(0)), ...(await dumbSink.receipts(0))],
      async strike() {
        await sql.end({ timeout: 2 });
        const code = await product.stop();
        await clear();
        return code;
      },
    };
  } catch (error) {
    await clear();
    throw error;
  }
}

/** People and a campaign for each channel, through the API. @returns the campaigns' ids. */
export async function prepareCampaigns(product: Product): Promise<Record<Channel, number>> {
  const call = async (path: string, body: object): Promise<{ model: { id: number } }> => {
    const answer = await fetch(`${product.url}/api/external/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ apptoken: product.demo.project.apptoken, ...body }),
    });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    return (await answer.json()) as { model: { id: number } };
  };
  await call("import/profile", peopleBody());
  return {
    sms: (await call("create/campaign", CAMPAIGNS.sms)).model.id,
    email: (await call("create/campaign", CAMPAIGNS.email)).model.id,
  };
}
