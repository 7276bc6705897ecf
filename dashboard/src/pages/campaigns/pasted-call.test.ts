/** Calls as people paste them: JSON, curls of several shells and tools, and what is neither. */
import { expect, test } from "vitest";
import { readCall } from "./pasted-call.ts";

const CALL = {
  apptoken: "secret",
  id: 1,
  target_by: "user_id",
  target: ["u-1", "u-2"],
  params: { a: "it's" },
};
const READ = { userId: "u-1", params: { a: "it's" } };

test("a body as JSON names its first person and its params, and the token is not kept", () => {
  expect(readCall(JSON.stringify(CALL))).toEqual(READ);
});

test("a target's own params win over those of the call", () => {
  const body = {
    target_by: "external_id",
    target_with_params: { "7": { a: 2 }, "8": {} },
    params: { a: 1, b: 1 },
  };
  expect(readCall(JSON.stringify(body))).toEqual({ userId: "7", params: { a: 2, b: 1 } });
});

test("people who are not named by user ID are left out, their params are not", () => {
  expect(readCall('{"target_by":"email","target":["a@b.c"],"params":{"x":1}}')).toEqual({
    userId: null,
    params: { x: 1 },
  });
});

test.each([
  [
    "single quotes",
    `curl --request POST \\\n --url 'https://x.example' \\\n --data '${JSON.stringify(CALL).replace("'", "'\\''")}'`,
  ],
  ["double quotes", `$ curl -X POST https://x.example -d "${JSON.stringify(CALL).replaceAll('"', '\\"')}"`],
  ["--json", `curl --json '${JSON.stringify(CALL).replace("'", "'\\''")}' https://x.example`],
  [
    "--data-raw=",
    `curl https://x.example --data-raw='${JSON.stringify(CALL).replace("'", "'\\''")}' -H 'a: b'`,
  ],
])("a curl with %s", (_name, curl) => {
  expect(readCall(curl)).toEqual(READ);
});

test.each(["", "hello", "[1]", "curl https://x.example", "curl -d 'x' https://x.example"])(
  "what is no call is told in words: %j",
  (text) => {
    expect(readCall(text)).toMatch(/^This /);
  },
);
