import { describe, expect, test } from "vitest";
import { isTooLarge } from "./entry-refusals.ts";
import { type ExecuteRequest, externalMessageIdOf, parseExecute } from "./execute-request.ts";

const NOW = Date.UTC(2026, 0, 1);
type Body = Record<string, unknown>;

const BASE: Body = { apptoken: "T", id: 5, target_by: "user_id", target: ["u1"] };
/** As `readBody` leaves it: own `__proto__` keys stay own keys. */
const body = (more: Body): Body => ({ ...BASE, ...more });

function accepted(input: Body): ExecuteRequest {
  const result = parseExecute(input, NOW);
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.error)}`);
  return result.value;
}

function refused(input: Body): Record<string, string[]> {
  const result = parseExecute(input, NOW);
  if (result.ok) throw new Error("accepted");
  if (isTooLarge(result.error)) throw new Error(`too large: ${JSON.stringify(result.error)}`);
  return { ...result.error };
}

describe("the seeds' own calls", () => {
  test("one user each with their own params", () => {
    const request = accepted({
      apptoken: "T",
      id: "77",
      target_with_params: {
        "crm-user-1": { fname: "Alex", balance: "100 EUR" },
        "crm-user-2": { fname: "John" },
      },
      target_by: "user_id",
    });
    expect(request).toEqual({
      campaignId: 77,
      targetBy: "user_id",
      targets: [
        { key: "crm-user-1", params: { fname: "Alex", balance: "100 EUR" } },
        { key: "crm-user-2", params: { fname: "John" } },
      ],
      params: {},
      externalMessageId: null,
      sendAtMs: null,
      targetExistingOnly: true,
      async: true,
      overrides: {},
      idempotencyKey: null,
      unknownIgnored: [],
    });
  });

  test("a time and a reference", () => {
    const input = body({ params: { external_message_id: "987654321" }, time: "2026-02-01 12:00 UTC" });
    const request = accepted(input);
    expect(request.externalMessageId).toBe("987654321");
    expect(request.sendAtMs).toBe(Date.UTC(2026, 1, 1, 12));
  });

  test("a device by default, with a payload, messages and a retry period as overrides", () => {
    const overrides = {
      payload_add: [{ key: "URL_KEY", value: "https://m.example.com/deeplink/123456" }],
      messages: { "3": { push_require_interaction: true } },
      retry_for: 2,
      retry_for_period: "weeks",
    };
    const request = accepted({ apptoken: "T", id: "5", target: [123456], ...overrides });
    expect(request.targetBy).toBe("id");
    expect(request.targets).toEqual([{ key: "123456", params: null }]);
    expect(request.overrides).toEqual(overrides);
  });

  test("target, params and target_with_params in one call", () => {
    const own = { user_1: { promo_code: "A" }, user_2: { promo_code: "B" }, user_3: { promo_code: "C" } };
    const request = accepted(
      body({ target: ["user_1", "user_2", "user_3"], params: { promo: "X" }, target_with_params: own }),
    );
    expect(request.targets).toEqual(Object.entries(own).map(([key, params]) => ({ key, params })));
    expect(request.params).toEqual({ promo: "X" });
  });
});

describe("accepted (catalogue 4.2)", () => {
  const rows: [string, Body, Partial<ExecuteRequest>][] = [
    ["2 id as text", { id: "5" }, { campaignId: 5 }],
    [
      "9 twins collapse by their text",
      { target: ["u", "u", 7, "7"] },
      {
        targets: [
          { key: "u", params: null },
          { key: "7", params: null },
        ],
      },
    ],
    ["12 no target_by means devices", { target_by: undefined, target: ["12"] }, { targetBy: "id" }],
    [
      "12 a text is an unknown device, not a user id",
      { target_by: undefined, target: ["u1"] },
      { targetBy: "id" },
    ],
    ["13 the old name of user_id", { target_by: "external_id" }, { targetBy: "user_id" }],
    [
      "14 email keeps its text",
      { target_by: "email", target: ["A@X.ie"] },
      { targets: [{ key: "A@X.ie", params: null }] },
    ],
    [
      "14 a number keeps its text",
      { target_by: "mobile_number", target: [353871234567] },
      { targets: [{ key: "353871234567", params: null }] },
    ],
    [
      "16 null params",
      { target: null, target_with_params: { u1: null } },
      { targets: [{ key: "u1", params: {} }] },
    ],
    [
      "16 PHP's empty params",
      { target: [], target_with_params: { u1: [] } },
      { targets: [{ key: "u1", params: {} }] },
    ],
    [
      "17 constructor is an ordinary id",
      { target: ["constructor"], target_with_params: { toString: { a: 1 } } },
      {
        targets: [
          { key: "constructor", params: null },
          { key: "toString", params: { a: 1 } },
        ],
      },
    ],
    [
      "18 union",
      { target: ["u1"], target_with_params: { u2: {} } },
      {
        targets: [
          { key: "u1", params: null },
          { key: "u2", params: {} },
        ],
      },
    ],
    [
      "18 a target in both has its params",
      { target: ["u2", "u1"], target_with_params: { u1: { a: 1 } } },
      {
        targets: [
          { key: "u2", params: null },
          { key: "u1", params: { a: 1 } },
        ],
      },
    ],
    [
      "PHP's list with gaps",
      { target: { "0": "u1", "2": "u3" } },
      {
        targets: [
          { key: "u1", params: null },
          { key: "u3", params: null },
        ],
      },
    ],
    [
      "19 a template in a value is data",
      { params: { fname: "{{balance}}" } },
      { params: { fname: "{{balance}}" } },
    ],
    ["23 NaN as text", { params: { n: "NaN" } }, { params: { n: "NaN" } }],
    ["PHP's empty params for all", { params: [] }, { params: {} }],
    ["24 a number as reference", { params: { external_message_id: 987 } }, { externalMessageId: "987" }],
    ["24 a blank reference", { params: { external_message_id: "" } }, { externalMessageId: null }],
    ["28 no zone", { time: "2026-02-01 12:00" }, { sendAtMs: Date.UTC(2026, 1, 1, 12) }],
    ["29 Unix seconds", { time: 1_767_225_600 }, { sendAtMs: NOW }],
    ["29 Unix seconds as text", { time: "1767225600" }, { sendAtMs: NOW }],
    ["26 four minutes ago", { time: NOW / 1_000 - 240 }, { sendAtMs: NOW - 240_000 }],
    ["22 an unknown field", { nonsense: 1, timezone: "x" }, { unknownIgnored: ["nonsense", "timezone"] }],
    ["async off", { async: false }, { async: false }],
    ["async as text", { async: "0" }, { async: false }],
    ["missing profiles are made", { target_existing_only: 0 }, { targetExistingOnly: false }],
    ["the key's twin in the body", { idempotency_key: "order-1" }, { idempotencyKey: "order-1" }],
    [
      "33 what is not overridable is judged later",
      { active: 0, title: "x" },
      { overrides: { active: 0, title: "x" } },
    ],
  ];
  test.each(rows)("%s", (_name, more, expected) => {
    expect(accepted(body(more))).toMatchObject(expected);
  });
});

describe("refused by field (catalogue 4.2)", () => {
  const whole = "must be a positive whole number below 2^53.";
  const rows: [string, Body, string, string][] = [
    ["1 no id", { id: undefined }, "id", "Id cannot be blank."],
    ["2 id with spaces", { id: " 5 " }, "id", `Id ${whole}`],
    ...[5.5, -1, 0, "1e3", "5abc", true, [5], "9007199254740993", "99999999999999999999"].map(
      (id): [string, Body, string, string] => [`3 id ${JSON.stringify(id)}`, { id }, "id", `Id ${whole}`],
    ),
    ["6 no target at all", { target: undefined }, "target", "Target cannot be blank."],
    ...[[], {}, null, ""].map((target): [string, Body, string, string] => [
      `7 target ${JSON.stringify(target)}`,
      { target },
      "target",
      "Target cannot be blank.",
    ]),
    ["6 both empty", { target: [], target_with_params: {} }, "target", "Target cannot be blank."],
    ["8 a string", { target: "user1" }, "target", "Target must be a list."],
    ["8 a number", { target: 5 }, "target", "Target must be a list."],
    ["8 an object of params", { target: { u1: {} } }, "target", "Target must be a list."],
    ["10 null", { target: ["u1", null] }, "target[1]", "Target[1] cannot be blank."],
    ["10 object", { target: [{}] }, "target[0]", "Target[0] must be text or a whole number."],
    ["10 list", { target: [[]] }, "target[0]", "Target[0] must be text or a whole number."],
    ["10 true", { target: [true] }, "target[0]", "Target[0] must be text or a whole number."],
    ["10 empty", { target: [""] }, "target[0]", "Target[0] cannot be blank."],
    ["10 space", { target: [" "] }, "target[0]", "Target[0] cannot be blank."],
    ["10 fraction", { target: [1.5] }, "target[0]", "Target[0] must be text or a whole number."],
    [
      "10 true as email",
      { target_by: "email", target: [true] },
      "target[0]",
      "Target[0] must be text or a whole number.",
    ],
    ["10 space as email", { target_by: "email", target: [" "] }, "target[0]", "Target[0] cannot be blank."],
    ...["USER_ID", "phone", ["user_id"], "", null].map((by): [string, Body, string, string] => [
      `13 target_by ${JSON.stringify(by)}`,
      { target_by: by, target: [1] },
      "target_by",
      "Target By must be one of id, user_id, external_id, email, mobile_number, token, profile_id.",
    ]),
    [
      "15 target_with_params as a list",
      { target_with_params: ["u1"] },
      "target_with_params",
      "Target With Params must be an object of params by target.",
    ],
    [
      "15 target_with_params as text",
      { target_with_params: "u1" },
      "target_with_params",
      "Target With Params must be an object of params by target.",
    ],
    [
      "16 params as text",
      { target_with_params: { u1: "x" } },
      "target_with_params.u1",
      "Target_with_params.u1 must be an object.",
    ],
    [
      "17 __proto__ as a target",
      { target_with_params: JSON.parse('{"__proto__":{}}') },
      "target_with_params.__proto__",
      "Target_with_params.__proto__ is not allowed as a name.",
    ],
    [
      "17 an empty target",
      { target_with_params: { "": {} } },
      'target_with_params.""',
      'Target_with_params."" cannot be blank.',
    ],
    [
      "17 a target of 10 KB",
      { target_with_params: { ["x".repeat(10_240)]: {} } },
      `target_with_params.${"x".repeat(64)}…`,
      `Target_with_params.${"x".repeat(64)}… must have at most 255 characters.`,
    ],
    [
      "11 __proto__ among params",
      { params: JSON.parse('{"__proto__":1}') },
      "params",
      "Params must not have a name __proto__.",
    ],
    ["params as text", { params: "x" }, "params", "Params must be an object."],
    ["params as a list", { params: ["x"] }, "params", "Params must be an object."],
    [
      "23 5,000 params",
      { params: Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`k${i}`, 1])) },
      "params",
      "Params must have at most 4999 keys.",
    ],
    [
      "23 5,000 params of a target",
      {
        target_with_params: { u1: Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`k${i}`, 1])) },
      },
      "target_with_params.u1",
      "Target_with_params.u1 must have at most 4999 keys.",
    ],
    [
      "24 a long reference",
      { params: { external_message_id: "x".repeat(256) } },
      "params.external_message_id",
      "Params.external_message_id must have at most 255 characters.",
    ],
    [
      "24 a list as reference",
      { params: { external_message_id: ["x"] } },
      "params.external_message_id",
      "Params.external_message_id must be text.",
    ],
    [
      "24 a target's reference",
      { target_with_params: { u9: { external_message_id: {} } } },
      "target_with_params.u9.external_message_id",
      "Target_with_params.u9.external_message_id must be text.",
    ],
    ["26 the past", { time: "2021-01-01 12:00 UTC" }, "time", "Time is in the past."],
    ["27 30 February", { time: "2026-02-30 12:00 UTC" }, "time", "Time is not on the calendar."],
    [
      "27 a word",
      { time: "tomorrow" },
      "time",
      "Time must be Unix seconds or a time such as 2026-01-31 09:30 UTC.",
    ],
    ["27 one", { time: "1" }, "time", "Time is in the past."],
    ["27 blank", { time: "" }, "time", "Time cannot be blank."],
    [
      "29 milliseconds",
      { time: 1_767_225_600_000 },
      "time",
      "Time looks like milliseconds: send Unix seconds.",
    ],
    ["30 ten years ahead", { time: "2036-01-01 12:00" }, "time", "Time is more than a year ahead."],
    ["async as a word", { async: "maybe" }, "async", "Async must be 0 or 1."],
    [
      "target_existing_only 2",
      { target_existing_only: 2 },
      "target_existing_only",
      "Target Existing Only must be 0 or 1.",
    ],
    ...["", "x".repeat(256), "a\nb", {}].map((key): [string, Body, string, string] => [
      `4.1.23 key ${JSON.stringify(key).slice(0, 20)}`,
      { idempotency_key: key },
      "idempotency_key",
      "Idempotency Key must be 1 to 255 printable characters.",
    ]),
  ];
  test.each(rows)("%s", (_name, more, field, text) => {
    expect(refused(body(more))).toEqual({ [field]: [text] });
  });

  test("all faults are told at once", () => {
    const errors = refused({ target_by: "phone", time: "", params: 5 });
    expect(Object.keys(errors).sort()).toEqual(["id", "params", "target", "target_by", "time"]);
  });

  test("of many wrong targets the first twenty are named", () => {
    const errors = refused(body({ target: Array.from({ length: 1_000 }, () => "") }));
    expect(Object.keys(errors)).toEqual(Array.from({ length: 20 }, (_, i) => `target[${i}]`));
  });
});

test("a misspelt safety field is refused by name (catalogue 4.1, row 22)", () => {
  expect(refused(body({ targets: ["u2"] }))).toEqual({
    targets: ["targets is not a field of this call; do you mean target?"],
  });
});

test("a target's own reference is read by the same rules", () => {
  expect(externalMessageIdOf({ external_message_id: 12 })).toEqual({ ok: true, value: "12" });
  expect(externalMessageIdOf({})).toEqual({ ok: true, value: null });
  expect(externalMessageIdOf(null)).toEqual({ ok: true, value: null });
});
