/** People are found by what somebody knows of them, and changed by hand under the rules of an import. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { askApp, listAll } from "../dashboard.ts";
import { addDevice } from "../devices.ts";
import { addPeople, emailCampaign, launch, type Stack, startStack } from "../stack.ts";

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
  await addPeople(stack, 12, "p");
});
afterAll(() => stack.stop());

const ask = (line: string, body?: unknown) => askApp(stack, stack, line, body);
const find = async (q: string) =>
  (await listAll(stack, stack, `/profiles?limit=5&q=${encodeURIComponent(q)}`)) as {
    user_id: string;
    id: number;
  }[];
const names = async (q: string) => (await find(q)).map((row) => row.user_id);

describe("finding people", () => {
  test("by the beginning of the user id, by address in any case, by number", async () => {
    expect(await names("p-1")).toEqual(["p-1", "p-10", "p-11"]);
    expect(await names("P-3@EXAMPLE.org")).toEqual(["p-3"]);
    expect(await names("+353 850 000 004")).toEqual(["p-4"]);
    expect(await names("p-")).toHaveLength(12);
    expect(await names("%")).toEqual([]);
    expect(await names("_-1")).toEqual([]);
    const all = await find("");
    expect(all).toHaveLength(12);
    expect(all.map(({ id }) => id)).toEqual(all.map(({ id }) => id).sort((a, b) => b - a));
  });

  test("what cannot be is refused, another project's people are not there", async () => {
    for (const query of ["q=%00", "cursor=%00&q=p", "cursor=x", "limit=9999"]) {
      expect([query, (await ask(`GET /profiles?${query}`)).status]).toEqual([query, 400]);
    }
    const other = await stack.createProject();
    const [person] = await find("p-0");
    for (const path of ["", "/devices", "/messages"]) {
      const line = `GET /profiles/${person?.id}${path}`;
      expect([path, (await askApp(stack, other, line)).status]).toEqual([path, 404]);
    }
    expect((await askApp(stack, other, `PATCH /profiles/${person?.id}`, { attributes: {} })).status).toBe(
      404,
    );
    expect(await listAll(stack, other, "/profiles?q=p-0")).toEqual([]);
  });

  test("with devices and messages", async () => {
    const [person] = await find("p-0");
    const device = await addDevice(stack, "p-0", 3);
    const id = await launch(stack, emailCampaign("Hi", "<p>x</p>"));
    await stack.call("execute/campaign", { id, target_by: "user_id", target: ["p-0", "p-2"], async: false });
    const devices = await ask(`GET /profiles/${person?.id}/devices`);
    expect(devices.body.data).toMatchObject([{ id: device, message_type_name: "web_push", subscribed: 1 }]);
    const messages = await listAll(stack, stack, `/profiles/${person?.id}/messages`);
    expect(messages.map((row) => [row.user_id, row.message_type_name])).toEqual([["p-0", "email"]]);
  });
});

describe("by hand", () => {
  test("a profile is made, seen, changed and found by its new address only", async () => {
    const attributes = { email: "Eve@Example.org", email_subscription: 1, loyalty: 7, vip: true };
    const made = await ask("POST /profiles", { user_id: "eve", attributes });
    expect(made.status).toBe(201);
    expect(made.body.data).toMatchObject({
      user_id: "eve",
      system: { email: "Eve@example.org", email_subscription: 1, first_name: null },
      attributes: { loyalty: 7, vip: true },
    });
    const path = `/profiles/${made.body.data.id}`;
    expect((await ask(`GET ${path}`)).body).toEqual(made.body);
    const change = { email: "eve2@example.org", loyalty: "", first_name: "Eve", vip: null };
    const changed = await ask(`PATCH ${path}`, { attributes: change });
    expect(changed.body.data).toMatchObject({ system: { first_name: "Eve" }, attributes: { vip: true } });
    expect(changed.body.data.attributes).not.toHaveProperty("loyalty");
    expect([await names("eve@example.org"), await names("eve2@example.org")]).toEqual([[], ["eve"]]);
    const audit = await ask("GET /audit");
    expect(audit.body.data[0]).toMatchObject({ action: "profile.edit" });
    expect(JSON.stringify(audit.body)).not.toContain("eve2@example.org");
  });

  test.each([
    [{}, "user_id"],
    [{ user_id: " x", attributes: {} }, "user_id"],
    [{ user_id: "\u0000", attributes: {} }, "user_id"],
    [{ user_id: "n-1", attributes: [] }, "attributes"],
    [{ user_id: "n-1", attributes: { email: "no" } }, "attributes.email"],
    [{ user_id: "n-1", attributes: { email: "a@example.org" } }, "attributes.email_subscription"],
    [{ user_id: "n-1", attributes: { mobile_number: "0853" } }, "attributes.mobile_number"],
    [{ user_id: "n-1", attributes: { timezone: "Mars" } }, "attributes.timezone"],
    [{ user_id: "n-1", attributes: { "a b": 1 } }, "attributes.a b"],
    [{ user_id: "n-1", attributes: { note: "\ud800" } }, "attributes.note"],
    [{ user_id: "n-1", attributes: { first_name: 1, vip: "maybe" } }, "attributes.vip"],
  ])("%j is refused by %s and makes nobody", async (body, field) => {
    const { status, body: answer } = await ask("POST /profiles", body);
    expect([status, Object.keys(answer.error?.errors ?? {})]).toEqual([400, [field]]);
    expect(await names("n-1")).toEqual([]);
  });

  test("who is there is not made again", async () => {
    expect((await ask("POST /profiles", { user_id: "p-5", attributes: { first_name: "No" } })).status).toBe(
      409,
    );
    const twin = { attributes: { email: "p-5@example.org", email_subscription: 1 } };
    expect((await ask("POST /profiles", twin)).status).toBe(409);
    const [person] = await find("p-5");
    expect((await ask(`GET /profiles/${person?.id}`)).body.data.system.first_name).toBe("Name5");
    expect((await ask(`PATCH /profiles/${person?.id}`, { attributes: { user_id: "p-6" } })).status).toBe(400);
  });
});
