/** Credentials that went astray: those of a region that is known are sent there, all others are simply wrong. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { randomToken } from "../../src/base/crypto.ts";
import { type Stack, startStack } from "../stack.ts";

let stack: Stack;

beforeAll(async () => {
  const env = { REGION: "eu", OTHER_REGIONS: "us=https://us.example.com/, au = https://au.example.com" };
  stack = await startStack({ workers: 0, env });
});
afterAll(() => stack.stop());

async function post(path: string, body: object, authorization?: string) {
  const response = await fetch(`${stack.url}${path}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...(authorization === undefined ? {} : { authorization }),
    },
    body: JSON.stringify(body),
  });
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the answer holds
  return { status: response.status, body: (await response.json()) as any };
}
const list = (apptoken: string) => post("/api/external/list/campaign", { apptoken });

test("a token of a known region is answered 421 with the right endpoint; an unknown region is a 401", async () => {
  const american = await list(randomToken("crl_us_"));
  expect(american).toMatchObject({ status: 421, body: { code: 421, success: false } });
  expect(american.body.message).toContain("https://us.example.com ");
  const bearer = `Bearer ${randomToken("cat_au_3_")}`;
  expect((await post("/api/external/list/campaign", {}, bearer)).body.message).toContain("au.example.com");
  for (const prefix of ["crl_", "crl_eu_", "crl_zz_", "cat_7_"])
    expect((await list(randomToken(prefix))).status).toBe(401);
  // Cut off, it is nobody's: no region is told for what was never a token.
  expect((await list(randomToken("crl_us_").slice(0, -1))).status).toBe(401);
});

test("credentials that are made here carry the region, and the old ones stay good", async () => {
  const authorization = `Bearer ${stack.token}`;
  expect(stack.token).toMatch(/^crl_[0-9A-Za-z]+$/);
  const rotated = await post("/api/app/app-token/rotate", {}, authorization);
  expect(rotated.body.data.token).toMatch(/^crl_eu_/);
  expect((await list(rotated.body.data.token)).status).toBe(200);
  expect((await list(stack.token)).status).toBe(200);
  const client = await post("/api/app/clients", { name: "Backend", scopes: ["list"] }, authorization);
  const { client_id: clientId } = client.body.data;
  expect(clientId).toMatch(new RegExp(`^ccl_eu_${stack.id}_`));
  const made = await post(`/api/app/clients/${clientId}/secrets`, {}, authorization);
  const grant = {
    grant_type: "client_credentials",
    client_id: clientId,
    client_secret: made.body.data.secret,
  };
  const issued = await post("/api/oauth/token", grant);
  expect(issued.body.access_token).toMatch(new RegExp(`^cat_eu_${stack.id}_`));
  expect((await post("/api/external/list/campaign", {}, `Bearer ${issued.body.access_token}`)).status).toBe(
    200,
  );
  const away = { ...grant, client_id: clientId.replace("ccl_eu_", "ccl_us_") };
  expect(await post("/api/oauth/token", away)).toMatchObject({
    status: 421,
    body: { error: "invalid_client", message: expect.stringContaining("https://us.example.com") },
  });
});
