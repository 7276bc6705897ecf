import { expect, test } from "vitest";
import { createLog } from "../base/log.ts";
import { MESSAGE_TYPES } from "../domain/channel.ts";
import { createGateways, type GatewaysOptions } from "./registry.ts";

const log = createLog({ level: "silent", name: "test" });
const nothing: GatewaysOptions = {
  email: null,
  sms: null,
  webhook: { allowPrivateAddresses: false },
  keep: async () => undefined,
  log,
};

const names = (options: GatewaysOptions): string[] => {
  const gateways = createGateways(options);
  return MESSAGE_TYPES.map((type) => gateways.forType(type).name);
};

test("without settings everything but webhooks goes to the sandbox", () => {
  expect(names(nothing)).toEqual([
    "sandbox",
    "sandbox",
    "sandbox",
    "sandbox",
    "sandbox",
    "webhook",
    "sandbox",
  ]);
});

test("what is configured is used, and each gateway is listed once", async () => {
  const options: GatewaysOptions = {
    ...nothing,
    email: { url: "smtp://127.0.0.1:2525", connections: 2 },
    sms: { kind: "http", url: "http://127.0.0.1:9000/" },
  };
  expect(names(options)).toEqual(["sandbox", "sandbox", "sandbox", "sandbox", "smtp", "webhook", "sms-http"]);
  const gateways = createGateways(options);
  expect(gateways.all.map(({ name }) => name)).toEqual(["sandbox", "smtp", "webhook", "sms-http"]);
  await gateways.close();
  expect(names({ ...nothing, sms: { kind: "smpp", url: "smpp://u:p@127.0.0.1:2775" } }).at(-1)).toBe("smpp");
});
