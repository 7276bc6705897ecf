import { expect, test } from "vitest";
import { CAMPAIGN_STATES, moveCampaign } from "./campaign-state.ts";

test("every pair of state and move leads where the drawing says, or nowhere", () => {
  const { draft, live, stopped, past, closed } = CAMPAIGN_STATES;
  const table = [draft, live, stopped, past, closed].map((state) => [
    moveCampaign(state, "start"),
    moveCampaign(state, "stop"),
  ]);
  expect(table).toEqual([
    [live, null],
    [null, stopped],
    [live, null],
    [null, null],
    [null, null],
  ]);
});
