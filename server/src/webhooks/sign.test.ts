import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { signatureHeaders } from "./sign.ts";

const SECRET = `whsec_${Buffer.from("0123456789abcdef0123456789abcdef").toString("base64")}`;
const OLDER = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
const event = { id: "evt_1ddt", timestampSeconds: 1_700_000_000, body: '{"a":"é\u2028"}' };

test("the example of the Standard Webhooks specification comes out", () => {
  const headers = signatureHeaders(
    { id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestampSeconds: 1_614_265_330, body: '{"test": 2432232314}' },
    ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
  );
  expect(headers["webhook-signature"]).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
});

test("each header signs its own text with its own key", () => {
  const headers = signatureHeaders(event, [SECRET]);
  const hex = createHmac("sha256", SECRET).update(`1700000000.${event.body}`, "utf8").digest("hex");
  const key = Buffer.from("0123456789abcdef0123456789abcdef");
  const base64 = createHmac("sha256", key)
    .update(`evt_1ddt.1700000000.${event.body}`, "utf8")
    .digest("base64");
  expect(headers).toEqual({
    "x-xtremepush-signature": `t=1700000000,v1=${hex}`,
    "webhook-id": "evt_1ddt",
    "webhook-timestamp": "1700000000",
    "webhook-signature": `v1,${base64}`,
  });
});

test("during a rotation both secrets sign, the new one first", () => {
  const both = signatureHeaders(event, [SECRET, OLDER]);
  const [ours, older] = [SECRET, OLDER].map((secret) => signatureHeaders(event, [secret]));
  const v1 = (headers: Record<string, string>): string => headers["x-xtremepush-signature"]!.split(",")[1]!;
  expect(both["x-xtremepush-signature"]).toBe(`t=1700000000,${v1(ours!)},${v1(older!)}`);
  expect(both["webhook-signature"]).toBe(`${ours!["webhook-signature"]} ${older!["webhook-signature"]}`);
});
