import { expect, test } from "vitest";
import type { Lane } from "../domain/lane.ts";
import { createReadyLanes } from "./ready-lanes.ts";

const anything = () => true;

test("lanes share the hauls by weight, and the lowest is never starved", () => {
  const ready = createReadyLanes();
  for (const lane of [0, 1, 3, 4] as const) ready.add(1, lane);
  const taken = new Map<Lane, number>();
  for (let i = 0; i < 270; i += 1) {
    const lane = ready.pick(anything)?.lane ?? 0;
    taken.set(lane, (taken.get(lane) ?? 0) + 1);
  }
  expect(Object.fromEntries(taken)).toEqual({ 0: 160, 1: 80, 3: 20, 4: 10 });
});

test("projects of one lane take turns", () => {
  const ready = createReadyLanes();
  for (const project of [1, 2, 3]) ready.add(project, 3);
  const order = Array.from({ length: 6 }, () => ready.pick(anything)?.projectId);
  expect(order).toEqual([1, 2, 3, 1, 2, 3]);
});

test("a pair is dropped when nothing was found, unless work was announced meanwhile", () => {
  const ready = createReadyLanes();
  ready.add(1, 1);
  const first = ready.pick(anything);
  ready.add(1, 1);
  ready.forget(first ?? expect.fail());
  const second = ready.pick(anything);
  expect(second).toMatchObject({ projectId: 1, lane: 1 });
  ready.forget(second ?? expect.fail());
  expect(ready.pick(anything)).toBeNull();
});

test("what may not run now is passed over without losing its place", () => {
  const ready = createReadyLanes();
  ready.add(1, 3);
  ready.add(2, 3);
  expect(ready.pick((project) => project === 2)?.projectId).toBe(2);
  expect(ready.pick(anything)?.projectId).toBe(1);
});
