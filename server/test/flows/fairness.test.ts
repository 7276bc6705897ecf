/** A broadcast never holds up a transaction: not of its own project, and not of another's. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { startHttpSink } from "../sinks/http-sink.ts";
import type { Sink } from "../sinks/sink.ts";
import { addPeople, launch, type Project, type Stack, smsCampaign, startStack, until } from "../stack.ts";

let sms: Sink;
let stack: Stack;
let other: Project;

beforeAll(async () => {
  sms = await startHttpSink({ ability: "keyed", keep: "body" });
  stack = await startStack({ env: { SMS_URL: `${sms.url}/sms`, SMS_ABILITY: "keyed" } });
  other = await stack.createProject();
});
afterAll(async () => {
  await stack.stop();
  await sms.close();
});

const positionOf = (text: string): number =>
  sms.received.findIndex((receipt) => JSON.parse(receipt.body ?? "{}").text === text);

test("single messages sent while 4,000 wait go out before the broadcast is half through", async () => {
  const people = await addPeople(stack, 4_000, "broadcast");
  const imported = await other.call("import/profile", {
    columns: ["user_id", "mobile_number", "sms_subscription"],
    rows: [["one", "353869999999", 1]],
  });
  expect(imported.status).toBe(200);
  const broadcast = await launch(stack, smsCampaign("broadcast"));
  const own = await launch(stack, smsCampaign("own {{ n }}"));
  const theirs = await launch(other, smsCampaign("theirs {{ n }}"));
  // 32 at once: half of the broadcast takes 15 s, in which a slow machine too gets two messages on their way.
  sms.fault({ mode: "slow", ms: 250 });
  await stack.call("execute/campaign", { id: broadcast, target_by: "user_id", target: people });
  await sms.waitFor((sink) => sink.count() > 50, 60_000);
  const single = (project: Project, id: number, target: string, n: number) =>
    project.call("execute/campaign", { id, target_by: "user_id", target: [target], params: { n } });
  await single(stack, own, "broadcast-0", 1);
  await single(other, theirs, "one", 1);
  await until(
    () => Math.min(positionOf("own 1"), positionOf("theirs 1")),
    (position) => position >= 0,
  );
  expect(Math.max(positionOf("own 1"), positionOf("theirs 1"))).toBeLessThan(people.length / 2);
  // The rest goes as fast as it can.
  sms.fault();
  await sms.waitFor((sink) => sink.count() === people.length + 2, 60_000);
});
