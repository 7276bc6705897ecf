/** Who asks for an operation that is not there is told what there is. */
import { expect, test } from "vitest";
import { OPERATIONS } from "./operations.ts";
import { hintFor, pathsOf } from "./unknown-operation.ts";

const PATHS = pathsOf(OPERATIONS);

test.each([
  ["list/campaigns", /^Do you mean list\/campaign\? list knows: .*campaign.*profile/],
  ["lists/campaign", /^Do you mean list\/campaign\? campaign knows: .*execute.*create.*list/],
  ["execute/campain", /^Do you mean execute\/campaign\? execute knows: campaign\.$/],
  ["LIST/CAMPAIGN", /^Do you mean list\/campaign\?/],
  ["list/push-devices/1", /^Do you mean list\/push-devices\?/],
  ["delete/campaign", /delete knows: list\./],
  ["fetch/campaign", /campaign knows: .*info/],
  ["list", /^list knows: /],
  ["zzzzzzzz/yyyyyyyy", /^Methods are: execute, .*list/],
  ["", /^Methods are: /],
  ["x".repeat(5_000), /^Methods are: /],
])("%.40s", (asked, hint) => {
  expect(hintFor(asked, PATHS)).toMatch(hint);
});
