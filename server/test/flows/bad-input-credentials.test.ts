/**
 * Credentials and idempotency keys: every wrong credential gets the same answer, and a key means one call
 * (bad-input catalogue 4.1, rows 14 to 17 and 23 to 25; 4.2, row 36).
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { OPERATIONS } from "../../src/http/external/operations.ts";
import { tableChecksums } from "../checksums.ts";
import { ask, pathOf, type RawAnswer, rawBody, refusal } from "../raw-http.ts";
import { addPeople, launch, type Project, type Stack, smsCampaign, startStack } from "../stack.ts";

let stack: Stack;
let other: Project;
let campaignId: number;

beforeAll(async () => {
  stack = await startStack({ workers: 0 });
  other = await stack.createProject();
  await addPeople(stack, 1);
  campaignId = await launch(stack, smsCampaign("Hi"));
});
afterAll(async () => {
  await stack.stop();
});

const PATHS = OPERATIONS.map(({ method, model }) => pathOf(`${method}/${model}`));
const LIST = pathOf("list/campaign");
const EXECUTE = pathOf("execute/campaign");

const UNAUTHENTICATED = {
  code: 401,
  success: false,
  message: "The credential is missing, wrong or no longer valid.",
};

describe("14: app tokens", () => {
  /** Tokens that lead nowhere, given the right one. */
  const WRONG: readonly (readonly [name: string, make: (token: string) => unknown])[] = [
    ["none", () => undefined],
    ["null", () => null],
    ["a blank one", () => ""],
    ["a word", () => "wrong"],
    ["a number", () => 123],
    ["true", () => true],
    ["a list with the right one", (token) => [token]],
    ["an operator", () => ({ $ne: null })],
    ["the right one and a space", (token) => `${token} `],
    ["a space and the right one", (token) => ` ${token}`],
    ["the right one in capitals", (token) => token.toUpperCase()],
    ["the right one cut short", (token) => token.slice(0, -1)],
    ["the right one with another end", (token) => `${token.slice(0, -1)}${token.endsWith("x") ? "y" : "x"}`],
    ["SQL", (token) => `${token}' or '1'='1`],
    ["one of 900 KB", () => "x".repeat(900_000)],
  ];

  test.each(WRONG)("%s", async (_name, make) => {
    const body = JSON.stringify({ apptoken: make(stack.token), id: campaignId });
    const { answer, faults } = await refusal(stack, { path: LIST, body }, 401);
    expect(faults).toEqual([]);
    expect(answer.body).toEqual(UNAUTHENTICATED);
    expect(answer.headers.get("www-authenticate")).toContain("Bearer");
  });

  test.each(PATHS)("%s asks for one", async (path) => {
    for (const body of ["{}", '{"apptoken":"wrong","id":1}']) {
      const { answer, faults } = await refusal(stack, { path, body }, 401);
      expect(faults).toEqual([]);
      expect(answer.body).toEqual(UNAUTHENTICATED);
    }
  });

  test("one that ran out, and one of a project that is gone", async () => {
    const [expired, gone] = [await stack.createProject(), await stack.createProject()];
    await stack.owner`update app_tokens set valid_until = now() - interval '1 s' where project_id = ${expired.id}`;
    await stack.owner`delete from app_tokens where project_id = ${gone.id}`;
    await stack.owner`delete from projects where id = ${gone.id}`;
    for (const { token } of [expired, gone]) {
      const { answer, faults } = await refusal(stack, { path: LIST, body: rawBody(token, "") }, 401);
      expect(faults).toEqual([]);
      expect(answer.body).toEqual(UNAUTHENTICATED);
    }
  });
});

describe("15 to 17: other places for a credential", () => {
  const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

  test("a token in the address or in a cookie is none", async () => {
    const inQuery = { path: `${LIST}?apptoken=${stack.token}`, body: "{}" };
    const inCookie = { path: LIST, headers: { Cookie: `apptoken=${stack.token}` }, body: "{}" };
    for (const request of [inQuery, inCookie]) {
      const { answer, faults } = await refusal(stack, request, 401);
      expect(faults).toEqual([]);
      expect(answer.body).toEqual(UNAUTHENTICATED);
    }
  });

  test("as a bearer it is one", async () => {
    const answer = await ask(stack.url, { path: LIST, headers: bearer(stack.token), body: "{}" });
    expect(answer.body.data).toHaveLength(1);
  });

  test("a token of one project beside that of another", async () => {
    for (const [inBody, inHeader] of [
      [stack.token, other.token],
      [other.token, stack.token],
    ] as const) {
      const request = { path: LIST, headers: bearer(inHeader), body: rawBody(inBody, "") };
      const { answer, faults } = await refusal(stack, request, 401);
      expect(faults).toEqual([]);
      expect(answer.body.message).toContain("conflicting");
    }
  });

  test("a right one does not make up for a wrong one", async () => {
    const wrongHeaders = [
      "Bearer wrong",
      "Bearer",
      "Bearer a b",
      "Basic YTpi",
      `Bearer ${stack.token},x`,
      "x",
    ];
    for (const header of wrongHeaders) {
      const request = { path: LIST, headers: { Authorization: header }, body: rawBody(stack.token, "") };
      expect((await refusal(stack, request, 401)).faults).toEqual([]);
    }
    const request = { path: LIST, headers: bearer(stack.token), body: rawBody("wrong", "") };
    const { answer, faults } = await refusal(stack, request, 401);
    expect(faults).toEqual([]);
    expect(answer.headers.get("www-authenticate")).toBe('Bearer error="invalid_token"');
  });
});

const executeWith = (key: string, fields = "", project: Project = stack): Promise<RawAnswer> =>
  ask(stack.url, {
    path: EXECUTE,
    headers: { "Idempotency-Key": key },
    body: rawBody(project.token, `"id":${campaignId},"target_by":"user_id","target":["user-0"]${fields}`),
  });

const countExecutions = async (): Promise<number> => {
  const [row] = await stack.owner<{ n: number }[]>`select count(*)::integer as n from executions`;
  return row?.n ?? 0;
};

describe("23: what is no idempotency key", () => {
  const CHANGING = ["execute/campaign", "create/campaign", "update/campaign", "import/profile"];
  const KEYS = {
    "256 characters": "k".repeat(256),
    nothing: "",
    "a tab": "a\tb",
    "letters beyond ASCII": "clé",
  };
  const CASES = CHANGING.flatMap((operation) =>
    Object.entries(KEYS).map(([name, key]) => [operation, name, key] as const),
  );

  test.each(CASES)("%s with %s", async (operation, _name, key) => {
    const fields = `"id":${campaignId},"target_by":"user_id","target":["user-0"],"title":"T","columns":["user_id"],"rows":[["k"]]`;
    const headers = { "Idempotency-Key": key };
    const { answer, faults } = await refusal(
      stack,
      { path: pathOf(operation), headers, body: rawBody(stack.token, fields) },
      400,
    );
    expect(faults).toEqual([]);
    expect(Object.keys(answer.body.errors)).toEqual(["idempotency_key"]);
  });

  test.each([JSON.stringify("k".repeat(256)), '""', '"a\\tb"', '"clé"', "true", "[]"])(
    "%s in the body",
    async (key) => {
      const fields = `"id":${campaignId},"target_by":"user_id","target":["user-0"],"idempotency_key":${key}`;
      const { answer, faults } = await refusal(
        stack,
        { path: EXECUTE, body: rawBody(stack.token, fields) },
        400,
      );
      expect(faults).toEqual([]);
      expect(Object.keys(answer.body.errors)).toEqual(["idempotency_key"]);
    },
  );

  test("one in the header and another in the body", async () => {
    const { answer, faults } = await refusal(
      stack,
      {
        path: EXECUTE,
        headers: { "Idempotency-Key": "one" },
        body: rawBody(stack.token, `"id":${campaignId},"target":[1],"idempotency_key":"two"`),
      },
      400,
    );
    expect(faults).toEqual([]);
    expect(Object.keys(answer.body.errors)).toEqual(["idempotency_key"]);
  });

  test("255 characters are one", async () => {
    expect((await executeWith("k".repeat(255))).status).toBe(200);
  });
});

describe("24 and 25: one key, one call", () => {
  test("the same body in other words gets the stored answer, and nothing is written", async () => {
    const first = await executeWith("same");
    expect(first.body).toMatchObject({ code: 200, model: { accepted: 1 } });
    expect(first.headers.has("idempotent-replayed")).toBe(false);
    const before = await tableChecksums(stack.owner);
    const again = await ask(stack.url, {
      path: `${EXECUTE}/`,
      headers: { "Idempotency-Key": "same", Authorization: `Bearer ${stack.token}` },
      body: `{ "target" : ["user-0"],\n "target_by":"user_id", "id" :${campaignId} }`,
    });
    expect(again.body.model).toEqual(first.body.model);
    expect(again.headers.get("idempotent-replayed")).toBe("true");
    expect(await tableChecksums(stack.owner)).toEqual(before);
  });

  test("header and body are the same key", async () => {
    const first = await executeWith("either");
    const again = await stack.call("execute/campaign", {
      id: campaignId,
      target_by: "user_id",
      target: ["user-0"],
      idempotency_key: "either",
    });
    expect(again.body.model).toEqual(first.body.model);
  });

  test("another body is refused", async () => {
    expect((await executeWith("reused")).status).toBe(200);
    const { answer, faults } = await refusal(
      stack,
      {
        path: EXECUTE,
        headers: { "Idempotency-Key": "reused" },
        body: rawBody(stack.token, `"id":${campaignId},"target_by":"user_id","target":["user-1"]`),
      },
      422,
    );
    expect(faults).toEqual([]);
    expect(answer.body.message).toContain("another body");
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
    const refused = await refusal(
      stack,
      {
        path: EXECUTE,
        headers: { "Idempotency-Key": "second try" },
        body: rawBody(stack.token, `"id":${campaignId},"target_by":"user_id","target":[]`),
      },
      400,
    );
    expect(refused.faults).toEqual([]);
    const { faults } = await refusal(
      stack,
      {
        path: EXECUTE,
        headers: { "Idempotency-Key": "second try" },
        body: rawBody(stack.token, '"id":999999,"target":[1]'),
      },
      404,
    );
    expect(faults).toEqual([]);
    const accepted = await executeWith("second try");
    expect(accepted.body).toMatchObject({ code: 200, model: { accepted: 1 } });
    expect(accepted.headers.has("idempotent-replayed")).toBe(false);
  });

  test("4.2, 36: a hundred at once are one execution with a key and a hundred without", async () => {
    const before = await countExecutions();
    const keyed = await Promise.all(Array.from({ length: 100 }, () => executeWith("at once")));
    expect(new Set(keyed.map((answer) => answer.status))).toEqual(new Set([200]));
    expect(new Set(keyed.map((answer) => answer.body.model.id)).size).toBe(1);
    expect(await countExecutions()).toBe(before + 1);
    const free = await Promise.all(
      Array.from({ length: 100 }, () =>
        stack.call("execute/campaign", { id: campaignId, target_by: "user_id", target: ["user-0"] }),
      ),
    );
    expect(new Set(free.map((answer) => answer.status))).toEqual(new Set([200]));
    expect(await countExecutions()).toBe(before + 101);
  });
});
