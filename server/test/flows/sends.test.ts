/**
 * Campaigns that go out once: a draft or one made by the call, to targets, tokens or everybody, now or at a time
 * (seed: scopes Send and Schedule; evidence: campaign API, 4 and 5.4). Nobody is never taken for everybody.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Clock, systemClock } from "../../src/base/clock.ts";
import { addDevice } from "../devices.ts";
import { pathOf, rawBody, refusal } from "../raw-http.ts";
import { startHttpSink } from "../sinks/http-sink.ts";
import type { Sink } from "../sinks/sink.ts";
import { addPeople, type Project, type Stack, smsCampaign, startStack, until } from "../stack.ts";

const HOUR_MS = 3_600_000;

let sms: Sink;
let stack: Stack;
let aheadMs = 0;
const clock: Clock = { ...systemClock, now: () => systemClock.now() + aheadMs };

beforeAll(async () => {
  sms = await startHttpSink({ ability: "keyed", keep: "body" });
  stack = await startStack({ clock, env: { SMS_URL: `${sms.url}/sms`, SMS_ABILITY: "keyed" } });
  await addPeople(stack, 3);
});
afterAll(async () => {
  await stack.stop();
  await sms.close();
});
beforeEach(() => sms.reset());

const SMS = { title: "Once", ...smsCampaign("Hi {{ first_name }}") };
const PEOPLE = { target_by: "user_id", target: ["user-0", "user-1"] };

const mobileOf = (i: number): string => String(353_850_000_000 + i);
const reached = (): string[] => sms.received.map((receipt) => receipt.to).sort();
const stateOf = async (project: Project, id: number): Promise<number> =>
  (await project.call("info/campaign", { id })).body.model.status;
const untilPast = (id: number, project: Project = stack) =>
  until(
    () => stateOf(project, id),
    (status) => status === 3,
  );
const draft = async (fields: Readonly<Record<string, unknown>> = {}): Promise<number> =>
  (await stack.call("create/campaign", { ...SMS, ...fields })).body.model.id;
const taskOf = async (id: number) => (await stack.call("info/task", { id })).body.model;

const inAnHour = (): number => Math.floor((clock.now() + HOUR_MS) / 1000);

describe("send/campaign", () => {
  test("a draft goes to the call's targets, is past when done and is never sent again", async () => {
    const id = await draft();
    const { status, body } = await stack.call("send/campaign", { id, ...PEOPLE });
    expect([status, body]).toMatchObject([
      200,
      { success: true, message: "Campaign successfully sent", model: { campaign_id: id, accepted: 2 } },
    ]);
    await untilPast(id);
    expect(reached()).toEqual([mobileOf(0), mobileOf(1)]);
    const again = await stack.call("send/campaign", { id, ...PEOPLE });
    expect([again.status, again.body.message]).toEqual([409, "Campaign is not sent: it is past."]);
    expect((await stack.call("start/campaign", { id })).status).toBe(409);
    const listed = await stack.call("list/campaign", {
      condition: [["id", "=", id]],
      select: ["status", "active"],
    });
    expect(listed.body.data).toEqual([{ status: 3, active: 0 }]);
  });

  test("many calls with one draft at once: it is sent once", async () => {
    const id = await draft();
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => stack.call("send/campaign", { id, ...PEOPLE })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409, 409]);
    await untilPast(id);
    expect(reached()).toEqual([mobileOf(0), mobileOf(1)]);
  });

  test("one call makes and sends it; values of the call win", async () => {
    const target_with_params = { "user-0": { first_name: "Ada", external_message_id: "ref-9" } };
    const { body } = await stack.call("send/campaign", { ...SMS, target_by: "user_id", target_with_params });
    await untilPast(body.model.campaign_id);
    expect(sms.received[0]).toMatchObject({ to: mobileOf(0) });
    expect(String(sms.received[0]?.body)).toContain("Hi Ada");
    const log = await stack.call("list/message", { condition: [["external_message_id", "=", "ref-9"]] });
    expect(log.body.data).toMatchObject([
      { campaign_id: body.model.campaign_id, execution_id: body.model.id },
    ]);
  });

  test("everybody is a task, and everybody is one message", async () => {
    const project = await stack.createProject();
    const rows = Array.from({ length: 1_200 }, (_, i) => [`all-${i}`, String(353_860_000_000 + i), 1]);
    await project.call("import/profile", {
      columns: ["user_id", "mobile_number", "sms_subscription"],
      rows,
      async: false,
    });
    const { status, body } = await project.call("send/campaign", { ...SMS, broadcast: 1 });
    expect([status, body.model.id]).toEqual([202, body.model.task_id]);
    await untilPast(body.model.campaign_id, project);
    expect(new Set(reached()).size).toBe(1_200);
    expect(sms.received.length).toBe(1_200);
    const task = await project.call("info/task", { id: body.model.task_id });
    expect(task.body.model).toMatchObject({ identifier: "campaign_send", status: "completed", total: 1_200 });
    const counts = await project.call("list/push", {
      condition: [["campaign_id", "=", body.model.campaign_id]],
    });
    expect(counts.body.data).toMatchObject([{ targets: 1_200, sent: 1_200, skipped: 0 }]);
  });

  test("everybody of a project without people is nobody, and done", async () => {
    const project = await stack.createProject();
    const { body } = await project.call("send/campaign", { ...SMS, broadcast: 1 });
    await untilPast(body.model.campaign_id, project);
    expect(reached()).toEqual([]);
  });

  test("the audience that the draft was made with: broadcast and, as a form of the first model, tokenArray", async () => {
    const deviceId = await addDevice(stack, "user-2", 2);
    await stack.owner`
      insert into lookup_keys (project_id, bucket, kind, key, profile_id, device_id)
      select project_id, ${63}::smallint, 3, token, profile_id, id from devices where id = ${deviceId}`;
    const token = `token-${deviceId}`;
    const form = new URLSearchParams({
      apptoken: stack.token,
      title: "Old",
      text: "Gate",
      "android[active]": "1",
    });
    form.append("tokenArray[]", token);
    const post = async (path: string, body: URLSearchParams) =>
      (await fetch(`${stack.url}/api/external/${path}`, { method: "POST", body })).json() as Promise<
        Record<string, never>
      >;
    const made = (await post("create/campaign", form)) as unknown as { model: { id: number } };
    const id = made.model.id;
    const sent = await post("send/campaign", new URLSearchParams({ apptoken: stack.token, id: String(id) }));
    expect(sent).toMatchObject({ success: true, code: 200, model: { campaign_id: id, accepted: 1 } });
    await untilPast(id);
    const log = await stack.call("list/message", { condition: [["campaign_id", "=", id]] });
    expect(log.body.data).toMatchObject([{ target: token, message_type: 2 }]);
  });
});

describe("schedule/campaign", () => {
  test("nothing leaves before its time; then it does, and the campaign is past", async () => {
    const id = await draft();
    const time = inAnHour();
    const { body } = await stack.call("schedule/campaign", { id, ...PEOPLE, time });
    expect(body).toMatchObject({ code: 200, model: { campaign_id: id, accepted: 2, time } });
    expect(await stateOf(stack, id)).toBe(1);
    expect(reached()).toEqual([]);
    aheadMs += HOUR_MS + 1_000;
    await untilPast(id);
    expect(reached()).toEqual([mobileOf(0), mobileOf(1)]);
  });

  test("everybody is who is there at the time", async () => {
    const project = await stack.createProject();
    const time = inAnHour();
    const { body } = await project.call("schedule/campaign", { ...SMS, broadcast: 1, time });
    await project.call("import/profile", {
      columns: ["user_id", "mobile_number", "sms_subscription"],
      rows: [["late", "353870000001", 1]],
    });
    expect((await project.call("info/task", { id: body.model.task_id })).body.model.status).toBe("queued");
    aheadMs += HOUR_MS + 1_000;
    await untilPast(body.model.campaign_id, project);
    expect(reached()).toEqual(["353870000001"]);
  });

  test("a stop before the time cancels it", async () => {
    const time = inAnHour();
    const one = await stack.call("schedule/campaign", { ...SMS, ...PEOPLE, time });
    const all = await stack.call("schedule/campaign", { ...SMS, broadcast: 1, time });
    for (const { body } of [one, all]) await stack.call("stop/campaign", { id: body.model.campaign_id });
    // At once, not when the time comes: whoever asks must not believe that it is still to be sent.
    expect(await taskOf(all.body.model.task_id)).toMatchObject({
      status: "cancelled",
      error: "The campaign is stopped.",
      finish_time: expect.any(Number),
    });
    aheadMs += HOUR_MS + 1_000;
    await until(
      () => stack.call("list/message", { condition: [["execution_id", "=", one.body.model.id]] }),
      ({ body }) => body.data.length === 2 && body.data.every((row: { status: number }) => row.status === 9),
    );
    expect(reached()).toEqual([]);
    expect(await stateOf(stack, one.body.model.campaign_id)).toBe(2);
  });
});

describe("what is refused changes nothing", () => {
  const MADE = '"title":"x","sms":1,"messages":{"9":{"sms_text":"x","sms_from":"abc"}}';
  const AT = '"time":"2999-01-01 10:00"';
  const SOON = (): string => `"time":${Math.floor(clock.now() / 1000) + 60}`;
  const ONE = '"target_by":"user_id","target":["user-0"]';
  /** Without a worker, which writes as it likes. */
  let still: Stack;
  let id: number;
  let api: number;
  beforeAll(async () => {
    still = await startStack({ workers: 0, clock });
    const made = async (trigger: number): Promise<number> =>
      (await still.call("create/campaign", { ...SMS, trigger })).body.model.id;
    await addPeople(still, 1);
    [id, api] = [await made(0), await made(3)];
  });
  afterAll(() => still.stop());

  test.each<[string, string, readonly string[], number?]>([
    ["send/campaign", "", ["title"]],
    ["send/campaign", ONE, ["title"]],
    ["send/campaign", `"title":"x","sms":1,${ONE}`, ["sms_text"]],
    ["send/campaign", `"title":"x",${ONE}`, ["channels"]],
    ["send/campaign", MADE, ["target"]],
    ["send/campaign", `${MADE},"target":[]`, ["target"]],
    ["send/campaign", `${MADE},"broadcast":0`, ["target"]],
    ["send/campaign", `${MADE},"broadcast":"maybe"`, ["broadcast"]],
    ["send/campaign", `${MADE},"broadcast":1,${ONE}`, ["broadcast"]],
    ["send/campaign", `${MADE},"tokenArray":["t"],${ONE}`, ["tokenArray"]],
    ["send/campaign", `${MADE},"tokenArray":[{}]`, ["tokenArray[0]"]],
    ["send/campaign", `${MADE},"targets":["user-0"],${ONE}`, ["targets"]],
    ["send/campaign", `${MADE},"trigger":3,${ONE}`, ["trigger"]],
    ["send/campaign", `${MADE},${AT},${ONE}`, ["time"]],
    ["send/campaign", `${MADE},"target_by":"shoe","target":["x"]`, ["target_by"]],
    ["send/campaign", `${MADE},"conditions":{"operator":"AND","0":["a","=",1]},${ONE}`, ["conditions"]],
    ["send/campaign", `"id":"ID;",${ONE}`, ["id"]],
    ["send/campaign", `"id":ID`, ["target"]],
    ["send/campaign", `"id":ID,"title":"y",${ONE}`, ["title"]],
    ["send/campaign", `"id":API,${ONE}`, ["id"]],
    ["send/campaign", `"id":ID,"target":[${Array(100_001).fill("1").join(",")}]`, ["target"], 413],
    ["schedule/campaign", `"id":ID,${ONE}`, ["time"]],
    ["schedule/campaign", `"id":ID,${ONE},"time":"soon"`, ["time"]],
    ["schedule/campaign", `"id":ID,${ONE},${AT}`, ["time"]],
    ["schedule/campaign", `"id":ID,${ONE},"time":1`, ["time"]],
    ["schedule/campaign", `"id":ID,SOON`, ["target"]],
  ])("%s: %s", async (operation, given, named, status = 400) => {
    const fields = given.replace("ID", String(id)).replace("API", String(api)).replace("SOON", SOON());
    const request = { path: pathOf(operation), body: rawBody(still.token, fields) };
    const { answer, faults } = await refusal(still, request, status);
    expect(faults).toEqual([]);
    expect(Object.keys(answer.body.errors)).toEqual(named);
  });

  test.each(["send/campaign", "schedule/campaign"])(
    "%s of another project's draft is not found",
    async (operation) => {
      const other = await still.createProject();
      const body = { ...PEOPLE, ...(operation.startsWith("schedule") ? { time: inAnHour() } : {}) };
      expect((await other.call(operation, { ...body, id })).status).toBe(404);
    },
  );

  test("a campaign with trigger 0 does not start by itself, and one that was sent may be edited", async () => {
    const refused = await still.call("start/campaign", { id });
    expect([refused.status, Object.keys(refused.body.errors)]).toEqual([400, ["trigger"]]);
    const { body } = await still.call("schedule/campaign", { ...SMS, ...PEOPLE, time: inAnHour() });
    const edited = await still.call("update/campaign", { id: body.model.campaign_id, title: "Other" });
    expect(edited.body).toMatchObject({ code: 200, model: { title: "Other", status: 1 } });
  });
});
