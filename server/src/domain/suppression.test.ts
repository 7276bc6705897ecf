import { expect, test } from "vitest";
import { MESSAGE_TYPES } from "./channel.ts";
import { parseSuppression, suppressionKey } from "./suppression.ts";

test("an address that is imported is the one that a message's address is compared with", () => {
  const parsed = parseSuppression({
    rows: [
      ["email", "Ada.L@BÜCHER.example"],
      ["sms", "+353 (86) 123-4567"],
      ["web_push", "Token/With=Case"],
    ],
  });
  expect(parsed).toEqual({
    ok: true,
    value: {
      action: "add",
      rows: [
        { messageType: 7, key: suppressionKey(7, "Ada.L@xn--bcher-kva.example") },
        { messageType: 9, key: suppressionKey(9, "353861234567") },
        { messageType: 3, key: suppressionKey(3, "Token/With=Case") },
      ],
    },
  });
});

test("only emails fold case: two tokens that differ in it are two devices", () => {
  for (const type of MESSAGE_TYPES) expect(suppressionKey(type, "aB") === "ab").toBe(type === 7);
});

test("of many wrong rows the first twenty are named", () => {
  const parsed = parseSuppression({ rows: Array(5_000).fill(["email", "no"]) });
  expect(parsed.ok).toBe(false);
  if (!parsed.ok) expect(Object.keys(parsed.error)).toHaveLength(20);
});
