/**
 * The second lock at work (reliability battery, F2): API and worker talk to the database through a proxy that takes
 * `project_id = $n` out of their statements, first out of all, then out of every other one. Ordinary flows of B go on
 * as if nothing had happened, and nothing of A comes through or is changed. Every other flow can be run the same way:
 * `TEST_DROP_PROJECT=1 npm test -- server/test/flows` (stack.ts).
 */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type ApiRole, createApi, createWorkerRole, type WorkerRole } from "../../src/app.ts";
import { ROUTE_PERMISSIONS } from "../../src/http/app/fixtures/route-permissions.ts";
import { OPERATIONS } from "../../src/http/external/operations.ts";
import { createRandom } from "../chaos/random.ts";
import { type PredicateProxy, startPredicateProxy, withoutProject } from "../predicate-proxy.ts";
import { ask, pathOf, type RawAnswer } from "../raw-http.ts";
import { launch, smsCampaign, until } from "../stack.ts";
import { changedOfA, type IsolationWorld, idsOfA, startIsolationWorld, textsOfA } from "./isolation-world.ts";

let world: IsolationWorld;
let proxy: PredicateProxy;
let api: ApiRole;
let worker: WorkerRole;

const post = (path: string, body: object): Promise<RawAnswer> =>
  ask(api.url, { path: pathOf(path), body: JSON.stringify({ apptoken: world.b.token, ...body }) });

const askApp = (line: string, body?: object): Promise<RawAnswer> => {
  const [method = "GET", path = ""] = line.split(" ");
  const headers = { Authorization: `Bearer ${world.b.token}`, "Content-Type": "application/json" };
  return ask(api.url, {
    method,
    path: `/api/app${path}`,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
};

/** @returns the answer, which holds nothing of A but what the request named. */
function foreignTo(answer: RawAnswer, named: readonly (string | number)[] = []): RawAnswer {
  const rest = named.reduce((text: string, name) => text.replaceAll(String(name), "NAME"), answer.text);
  for (const text of ["canary", ...idsOfA(world).map(String), world.tokenOfA])
    expect(rest.toLowerCase()).not.toContain(text);
  return answer;
}

describe.each([
  ["all statements", 1, 1],
  ["every other statement", 0.5, 7],
] as const)("the project is missing in %s", (_name, share, seed) => {
  beforeAll(async () => {
    world = await startIsolationWorld();
    await world.worker.stop();
    const random = createRandom(seed);
    proxy = await startPredicateProxy(world.stack.databaseUrl, { share, random: random.next });
    const options = { ...world.stack.roleOptions, databaseUrl: proxy.url };
    api = createApi(options);
    await api.start();
    worker = createWorkerRole(options);
    await worker.start();
  });
  afterAll(async () => {
    await worker.stop();
    await api.stop();
    await proxy.close();
    await world.stack.stop();
  });
  afterEach(async () => {
    expect(await changedOfA(world)).toEqual([]);
  });

  test("a message goes out and comes back in the lists as ever", async () => {
    const userId = `own-${seed}`;
    const columns = ["user_id", "mobile_number", "sms_subscription", "first_name"];
    const imported = await post("import/profile", {
      columns,
      rows: [[userId, `35385000010${seed}`, 1, "Own"]],
    });
    expect(imported.body).toMatchObject({ code: 200 });
    const call = { id: world.bCampaign, target_by: "user_id", target: [userId], async: false };
    const sent = foreignTo(await post("execute/campaign", call));
    expect(sent.body).toMatchObject({ code: 200, model: { outcomes: { delivered: 1 } } });
    for (const list of [
      "message",
      "profile",
      "campaign",
      "task",
      "push",
      "push-devices",
      "device",
      "list",
      "tag",
    ]) {
      const answer = foreignTo(await post(`list/${list}`, { count: 1 }));
      expect([list, answer.status]).toEqual([list, 200]);
    }
  });

  test("the dashboard's routes show nothing of A", async () => {
    const LEFT_OUT = /^(POST \/(login|logout|app-token)|PATCH \/app-token)/;
    for (const route of Object.keys(ROUTE_PERMISSIONS).filter((one) => !LEFT_OUT.test(one)))
      for (const id of [...idsOfA(world).slice(0, route.includes("/:") ? 9 : 1), world.bCampaign])
        foreignTo(
          await askApp(route.replace(/:\w+/g, String(id)), route.startsWith("GET") ? undefined : {}),
          [id],
        );
  });

  test("what is asked for by A's ids is not there", async () => {
    const own = await launch(world.b, { title: "Own too", ...smsCampaign("Own") });
    for (const id of [...idsOfA(world), ...textsOfA(world)]) {
      for (const path of [
        "info/campaign",
        "info/profile",
        "info/task",
        "info/device",
        "info/list",
        "update/campaign",
        "stop/campaign",
      ]) {
        const { status } = foreignTo(await post(path, { id, title: "x" }), [id]);
        expect([path, id, [400, 404].includes(status)]).toEqual([path, id, true]);
      }
      const target = { id: own, target_by: "user_id", target: [id], async: false };
      expect(foreignTo(await post("execute/campaign", target), [id]).body.model.outcomes).toEqual({
        skipped: 1,
      });
    }
  });

  test("every operation with its examples, and erasure, keep to B", async () => {
    for (const { method, model, examples } of OPERATIONS)
      for (const example of examples) {
        const isErasure = method === "delete-personal-data";
        const names = [...(isErasure ? idsOfA(world) : []), world.bCampaign];
        for (const id of names)
          foreignTo(
            await post(`${method}/${model}`, { ...example, ...("id" in example || isErasure ? { id } : {}) }),
            [id],
          );
      }
    const isDone = async (): Promise<boolean> => {
      const rows = await world.stack.owner`
        select from tasks where project_id = ${world.b.id} and state in (0, 1)
        union all select from chunks where project_id = ${world.b.id} and state in (0, 1) and run_at < now()`;
      return rows.length === 0;
    };
    await until(isDone, (done) => done);
  });

  test("that were a hundred different statements, or half of them", () => {
    expect(proxy.mutilated.size).toBeGreaterThan(share === 1 ? 100 : 40);
  });
});

test("the proxy takes conditions and leaves what is written", () => {
  expect(withoutProject("select 1 from t where t.project_id = $1 and id = $2")).toBe(
    "select 1 from t where $1::integer is not null and id = $2",
  );
  expect(withoutProject("update t set project_id = $1")).toBe("update t set project_id = $1");
  expect(withoutProject("from a join b on b.project_id = a.project_id and b.id = a.id")).toBe(
    "from a join b on true and b.id = a.id",
  );
});
