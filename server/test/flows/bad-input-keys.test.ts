/**
 * Idempotency keys: what is none is refused, and one means one call (bad-input catalogue 4.1, rows 23 to 25; 4.2, row
 * 36).
 */
import { describe, expect, test } from "vitest";
import { OPERATIONS } from "../../src/http/external/operations.ts";
import { type Call, openDoor, type Row } from "../bad-input.ts";
import type { RawAnswer } from "../raw-http.ts";
import { addPeople, launch, type Project, smsCampaign, until } from "../stack.ts";

let other: Project;
let campaignId: number;

const door = openDoor({
  async prepare(stack) {
    other = await stack.createProject();
    await addPeople(stack, 1);
    campaignId = await launch(stack, smsCampaign("Hi"));
  },
});

const EXECUTE = "execute/campaign";
const FIELDS = '"target_by":"user_id","target":["user-0"]';

const executeCall = (key: string, fields = `"id":${campaignId},${FIELDS}`): Call => ({
  to: EXECUTE,
  headers: { "Idempotency-Key": key },
  fields,
});

const executeWith = (key: string): Promise<RawAnswer> => door.ask(executeCall(key));

const countExecutions = async (): Promise<number> => {
  const [row] = await door.stack.owner<{ n: number }[]>`select count(*)::integer as n from executions`;
  return row?.n ?? 0;
};

describe("23: what is no idempotency key", () => {
  const named = ["idempotency_key"];
  const KEYS = {
    "256 characters": "k".repeat(256),
    "10,000 characters": "k".repeat(10_000),
    nothing: "",
    spaces: "  ",
    "a tab": "a\tb",
    "letters beyond ASCII": "clé",
  };

  test("in the header, of every operation that writes", () => {
    const writing = OPERATIONS.filter(({ method }) => !["list", "info"].includes(method));
    const rows = writing.flatMap(({ method, model }) =>
      Object.entries(KEYS).map(([name, key]): Row => {
        const call = {
          to: `${method}/${model}`,
          headers: { "Idempotency-Key": key },
          fields: `"id":${campaignId}`,
        };
        return [`${method}/${model} with ${name}`, call, { named }];
      }),
    );
    return door.refusesAll(rows);
  });

  test("in the body, or another in either", () => {
    const fields = (key: string): string => `"id":${campaignId},${FIELDS},"idempotency_key":${key}`;
    const inBody = [JSON.stringify("k".repeat(256)), '""', '" "', '"a\\tb"', '"clé"', "true", "[]", "{}"];
    return door.refusesAll([
      ...inBody.map((key): Row => [key, { to: EXECUTE, fields: fields(key) }, { named }]),
      ["one in the header and another in the body", executeCall("one", fields('"two"')), { named }],
    ]);
  });

  test("a control character never gets so far", () =>
    door.refuses(executeCall("a\u0001b"), { says: "not valid HTTP" }));

  test("255 characters are one", async () => {
    expect((await executeWith("k".repeat(255))).status).toBe(200);
  });
});

describe("24 and 25: one key, one call", () => {
  test("the same body in other words gets the stored answer, and nothing is written", async () => {
    const first = await executeWith("same");
    expect(first.body).toMatchObject({ code: 200, model: { accepted: 1 } });
    expect(first.headers.has("idempotent-replayed")).toBe(false);
    const again = await door.unchanged(() =>
      door.ask({
        to: `${EXECUTE}/`,
        headers: { "Idempotency-Key": "same", Authorization: `Bearer ${door.token}` },
        body: `{ "target" : ["user-0"],\n "target_by":"user_id", "id" :${campaignId} }`,
      }),
    );
    expect(again.body.model).toEqual(first.body.model);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
  });

  test("header and body are the same key", async () => {
    const first = await executeWith("either");
    const again = await door.stack.call("execute/campaign", {
      id: campaignId,
      target_by: "user_id",
      target: ["user-0"],
      idempotency_key: "either",
    });
    expect(again.body.model).toEqual(first.body.model);
  });

  test("another body is refused", async () => {
    expect((await executeWith("reused")).status).toBe(200);
    const fields = '"target_by":"user_id","target":["user-1"]';
    await door.refuses(executeCall("reused", `"id":${campaignId},${fields}`), {
      status: 422,
      says: "another body",
    });
  });

  test("another operation's key is another key", async () => {
    const call = { headers: { "Idempotency-Key": "both" }, fields: '"title":"Same"' };
    const [campaign, list] = [
      await door.accepts({ to: "create/campaign", ...call }),
      await door.accepts({ to: "create/list", ...call }),
    ];
    for (const { headers, body } of [campaign, list]) {
      expect(headers.has("idempotent-replayed")).toBe(false);
      expect(body.model.title).toBe("Same");
    }
  });

  test("another project's key is another key", async () => {
    const first = await executeWith("shared");
    const own = await launch(other, smsCampaign("Hi"));
    const theirs = await other.call(
      "execute/campaign",
      { id: own, target_by: "user_id", target: ["user-0"] },
      { "Idempotency-Key": "shared" },
    );
    expect(theirs.body).toMatchObject({ code: 200, model: { campaign_id: own } });
    expect(theirs.headers.get("idempotent-replayed")).toBeNull();
    expect(theirs.body.model.id).not.toBe(first.body.model.id);
  });

  test("a refused call does not use up its key", async () => {
    await door.refuses(executeCall("second try", `"id":${campaignId},"target_by":"user_id","target":[]`), {
      named: ["target"],
    });
    await door.refuses(executeCall("second try", '"id":999999,"target":[1]'), { status: 404 });
    const accepted = await executeWith("second try");
    expect(accepted.body).toMatchObject({ code: 200, model: { accepted: 1 } });
    expect(accepted.headers.has("idempotent-replayed")).toBe(false);
  });

  test("4.2, 36: a hundred at once are one execution with a key and a hundred without", async () => {
    const before = await countExecutions();
    // A machine that is behind may turn some away; with nothing done, they are sent again.
    const isTaken = ({ status }: { status: number }): boolean => status !== 503;
    const keyed = await Promise.all(
      Array.from({ length: 100 }, () => until(() => executeWith("at once"), isTaken)),
    );
    expect(new Set(keyed.map((answer) => answer.status))).toEqual(new Set([200]));
    expect(new Set(keyed.map((answer) => answer.body.model.id)).size).toBe(1);
    expect(await countExecutions()).toBe(before + 1);
    const call = () =>
      door.stack.call("execute/campaign", { id: campaignId, target_by: "user_id", target: ["user-0"] });
    const free = await Promise.all(Array.from({ length: 100 }, () => until(call, isTaken)));
    expect(new Set(free.map((answer) => answer.status))).toEqual(new Set([200]));
    expect(await countExecutions()).toBe(before + 101);
  });
});
