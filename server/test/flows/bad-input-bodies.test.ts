/**
 * Hostile values in the body of every operation are refused by the name of their field and change nothing
 * (bad-input catalogue 4.1, rows 8 to 11 and 22; ids as in 4.2, rows 1 to 4).
 */
import { describe, expect, test } from "vitest";
import { OPERATIONS } from "../../src/http/external/operations.ts";
import { openDoor, type Row } from "../bad-input.ts";
import { addPeople, launch, smsCampaign } from "../stack.ts";

let campaignId: number;
/** Of another project, and of one that is gone. */
let foreignId: number;
let deletedId: number;

const door = openDoor({
  async prepare(stack) {
    await addPeople(stack, 2);
    campaignId = await launch(stack, smsCampaign("Hi {{ constructor }}"));
    foreignId = await launch(await stack.createProject(), smsCampaign("Hi"));
    deletedId = await launch(stack, smsCampaign("Hi"));
    await stack.owner`delete from campaign_versions where campaign_id = ${deletedId}`;
    await stack.owner`delete from campaigns where id = ${deletedId}`;
  },
});

const NAMES = OPERATIONS.map(({ method, model }) => `${method}/${model}`);

/** Where each operation takes a string of its own, and the path under which a fault there is named. */
const HOLES: Readonly<Record<string, readonly [fields: (value: string) => string, path: string]>> = {
  "create/campaign": [(value) => `"title":${value}`, "title"],
  "update/campaign": [(value) => `"id":1,"title":${value}`, "title"],
  "import/profile": [(value) => `"columns":["user_id"],"rows":[[${value}]]`, "rows[0][0]"],
  "info/profile": [(value) => `"user_id":${value}`, "user_id"],
  "execute/campaign": [(value) => `"id":1,"target_by":"user_id","target":[${value}]`, "target[0]"],
};

const holeOf = (operation: string) =>
  HOLES[operation] ??
  (operation.startsWith("list/")
    ? ([(value: string) => `"condition":[["id","=",${value}]]`, "condition[0][2]"] as const)
    : ([(value: string) => `"id":${value}`, "id"] as const));

const VALUES: readonly (readonly [name: string, json: string, predicate: string])[] = [
  ["8 U+0000", '"a\\u0000b"', "contains characters that cannot be stored"],
  ["9 a lone high surrogate", '"\\ud800"', "contains characters that cannot be stored"],
  ["9 a lone low surrogate", '"x\\udc00"', "contains characters that cannot be stored"],
  ["infinity", "1e400", "is not a finite number"],
  ["2^53 + 1", "9007199254740993", "is beyond 2^53: send it as a string"],
  ["2^60", "1152921504606846976", "is beyond 2^53: send it as a string"],
  ["65 KiB of text", JSON.stringify("é".repeat(33_000)), "is longer than 64 KiB"],
];

/** Each name twice; the token's own first copy stands before the fields. */
const TWICE = ["apptoken", "id", "target", "target_by", "target_with_params", "params"];

function hostileRows(to: string): Row[] {
  const [holeIn, path] = holeOf(to);
  return [
    ...VALUES.map(([name, json, says]): Row => [name, { to, fields: holeIn(json) }, { named: [path], says }]),
    ...["a\\u0000b", "\\ud800"].flatMap((name): Row[] => [
      [`8 and 9: ${name} as a name`, { to, fields: `"${name}":1` }],
      [`8 and 9: ${name} as a name further down`, { to, fields: `"x":{"${name}":1}` }],
      [
        `8 and 9: ${name} in a field that nobody reads`,
        { to, fields: `"x":{"y":[0,"${name}"]}` },
        { named: ["x.y[1]"] },
      ],
    ]),
    ...TWICE.map((name): Row => {
      const fields = name === "apptoken" ? `"apptoken":1` : `"${name}":1,"${name}":2`;
      return [`10: ${name} twice`, { to, fields }, { named: [name] }];
    }),
    ["10: a twin that is written with an escape", { to, fields: `"id":1,"\\u0069d":2` }, { named: ["id"] }],
    ["11: __proto__", { to, fields: '"__proto__":{"isAdmin":true}' }, { named: ["__proto__"] }],
    [
      "11: constructor",
      { to, fields: '"constructor":{"prototype":{"isAdmin":true}}' },
      { named: ["constructor"] },
    ],
    ...["x", "params", "user_attributes"].map(
      (name): Row => [`11: __proto__ in ${name}`, { to, fields: `"${name}":{"__proto__":{"isAdmin":true}}` }],
    ),
  ];
}

test.each(NAMES)("8 to 11: %s", async (operation) => {
  await door.refusesAll(hostileRows(operation));
  expect({}).not.toHaveProperty("isAdmin");
});

describe("11: constructor further down is plain data", () => {
  test("as a name of params", async () => {
    const answer = await door.ask({
      to: "execute/campaign",
      fields: `"id":${campaignId},"target_by":"user_id","target":["user-0"],"params":{"constructor":"Bob"}`,
    });
    expect(answer.body).toMatchObject({ code: 200, model: { accepted: 1 } });
    const [row] = await door.stack.owner<{ params: string }[]>`
      select params from executions where id = ${answer.body.model.id}`;
    expect(JSON.parse(row?.params ?? "")).toEqual({ constructor: "Bob" });
  });

  test("as the name of an attribute", async () => {
    const answer = await door.ask({
      to: "import/profile",
      fields: '"columns":["user_id","constructor","toString"],"rows":[["plain","Bob","x"]]',
    });
    expect(answer.body).toMatchObject({ code: 200, success: true });
    const info = await door.ask({
      to: "info/profile",
      fields: '"user_id":"plain","select":["constructor","toString"]',
    });
    expect(info.body.model).toEqual({ constructor: "Bob", toString: "x" });
  });
});

describe("ids (4.2, rows 2 to 4)", () => {
  const BY_ID = [
    ...["info", "update", "start", "stop", "execute"].map((method) => `${method}/campaign`),
    "info/profile",
    "info/task",
  ];

  const WRONG: readonly string[] = [
    "null",
    '""',
    '" 5 "',
    "5.5",
    "-1",
    "0",
    '"0"',
    '"05"',
    '"+5"',
    '"1e3"',
    '"0x5"',
    '"5abc"',
    '"5.0"',
    '"５"',
    "true",
    "[5]",
    '{"$gt":0}',
    "9007199254740992",
    "9007199254740993",
    '"9007199254740993"',
    '"99999999999999999999"',
    '"1 or 1=1"',
  ];

  // Without an id a profile is sought by its user id: both names belong to that refusal.
  const namedWithoutId = (to: string): string[] => (to === "info/profile" ? ["id", "user_id"] : ["id"]);

  test.each(BY_ID)("%s", (to) => {
    const rows = WRONG.map(
      (id): Row => [
        id,
        { to, fields: `"id":${id},"target":[1]` },
        { named: id === "null" ? namedWithoutId(to) : ["id"] },
      ],
    );
    const none: Row = [
      "none",
      { to, fields: '"target":[1]' },
      { named: namedWithoutId(to), says: "Id cannot be blank." },
    ];
    return door.refusesAll([...rows, none]);
  });

  // 1e3 is how JSON writes 1000: no parser tells the two apart, so it is an id that never was.
  const NEVER = ["999999", '"999999"', "1e6", "9007199254740991", '"9007199254740991"'];

  test.each(BY_ID)("4: %s of what never was, is another's or is gone: the same bytes", async (to) => {
    const ids = [...NEVER, ...[foreignId, deletedId].flatMap((id) => [String(id), `"${id}"`])];
    const isCampaign = to.endsWith("/campaign");
    const texts = new Set<string>();
    for (const id of isCampaign ? ids : NEVER) {
      const answer = await door.refuses({ to, fields: `"id":${id},"target":[1]` }, { status: 404 });
      texts.add(answer.text);
    }
    expect([...texts]).toEqual([
      '{"code":404,"success":false,"message":"There is no such object in this project."}',
    ]);
  });

  test.each(["%s", '"%s"'])("2: %s is the campaign that it names", async (form) => {
    const id = form.replace("%s", String(campaignId));
    const fields = `"id":${id},"target_by":"user_id","target":["user-0"]`;
    const answer = await door.accepts({ to: "execute/campaign", fields });
    expect(answer.body.model).toMatchObject({ campaign_id: campaignId, accepted: 1 });
  });
});

describe("22: names that mean nothing", () => {
  test.each(["list/campaign", "list/profile", "list/message"])("%s passes over them", async (operation) => {
    const answer = await door.ask({
      to: operation,
      fields: '"async":false,"page":2,"targets":["x"],"limit":1',
    });
    expect(answer.body).toMatchObject({ code: 200, success: true });
  });

  test("create and import pass over them", async () => {
    const created = await door.ask({
      to: "create/campaign",
      fields: '"title":"T","encryption":"0","no_such_field":{"a":1}',
    });
    expect(created.body).toMatchObject({ code: 200, model: { title: "T" } });
    expect(created.body.model).not.toHaveProperty("no_such_field");
    const imported = await door.ask({
      to: "import/profile",
      fields: '"columns":["user_id"],"rows":[["u"]],"source":"crm"',
    });
    expect(imported.body).toMatchObject({ code: 200 });
  });

  test("execute passes over them", async () => {
    const fields = `"id":${campaignId},"target_by":"user_id","target":["user-0"]`;
    const answer = await door.ask({
      to: "execute/campaign",
      fields: `${fields},"async":true,"source":"crm"`,
    });
    expect(answer.body).toMatchObject({ code: 200, model: { accepted: 1 } });
  });

  test.each([
    "targets",
    "target_by_",
    "target_by_user",
    "Target",
    "target_ids",
    "targetby",
    "target_with_param",
    "parameters",
    "Time",
    "send_at",
    "idempotencykey",
  ])("%s on execute looks like a misspelt safety field", async (name) => {
    const fields = `"id":${campaignId},"target_by":"user_id","target":["user-0"],"${name}":["user-1"]`;
    await door.refuses({ to: "execute/campaign", fields }, { named: [name] });
  });
});
