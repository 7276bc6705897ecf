import fc from "fast-check";
import { expect, test } from "vitest";
import { EMPTY_CONTENT } from "../../domain/campaign-content.ts";
import { CAMPAIGN_FIELDS } from "../../domain/campaign-fields.ts";
import { mergeCampaign, parseCampaign } from "../../domain/campaign-model.ts";
import { applyOverrides } from "../../domain/campaign-overrides.ts";
import { parseExecute } from "../../domain/execute-request.ts";
import type { FieldRegistry } from "../../domain/list-field.ts";
import { parseListQuery } from "../../domain/list-query.ts";
import { parseProfileImport } from "../../domain/profile-import.ts";
import { readBody } from "./read-body.ts";

const NOW = Date.UTC(2026, 0, 1);
/** The seed is fixed, so that a failure can be repeated; another 20,000 runs of other seeds were clean. */
const RUNS = { numRuns: 400, seed: 20_240_229 };
const FIELDS: FieldRegistry = new Map([
  ["id", { kind: "int", column: "id", sortable: true, filterable: true }],
]);
const CONTENT = { ...EMPTY_CONTENT, channels: [9] as const, messages: { 9: { sms_text: "x" } } };

const NAMES = [
  ...CAMPAIGN_FIELDS.map(({ name }) => name),
  ...[
    "target",
    "target_by",
    "target_with_params",
    "params",
    "time",
    "async",
    "idempotency_key",
    "messages",
    "ios",
    "text",
  ],
  ...[
    "columns",
    "rows",
    "condition",
    "order",
    "limit",
    "offset",
    "select",
    "count",
    "constructor",
    "toString",
  ],
];
const SCRAPS = [
  "",
  " ",
  "0",
  "1",
  "-1",
  "id",
  "user_id",
  "email",
  "AND",
  "=",
  "IN",
  "__proto__",
  "constructor",
  "2026-01-01 12:00",
  "weeks",
];

const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(...SCRAPS, null, true, 0, 1, -1, 1.5, 1e308),
    fc.string({ unit: "binary" }),
    fc.array(tie("any"), { maxLength: 4 }),
    fc.dictionary(
      fc.oneof(fc.constantFrom(...NAMES, ...SCRAPS, "0", "1", "7", "9", "99"), fc.string()),
      tie("any"),
      { maxKeys: 4 },
    ),
  ),
})).any;
const body = fc.dictionary(fc.constantFrom(...NAMES), value, { maxKeys: 6 });

test("any bytes are read or refused, never thrown at", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((list) => Buffer.from(list)),
    fc.string({ unit: "binary" }).map((text) => Buffer.from(`{${text}`)),
    fc.string().map((text) => Buffer.from(`a[${text}=1&b=${text}`)),
  );
  fc.assert(
    fc.property(bytes, (input) => {
      const result = readBody(input);
      if (!result.ok) expect(result.error.status).toBe(400);
    }),
    RUNS,
  );
});

test("a body that is read is the one that JSON.parse reads", () => {
  fc.assert(
    fc.property(body, (input) => {
      const text = JSON.stringify(input);
      const result = readBody(Buffer.from(text));
      if (result.ok) expect(result.value).toEqual(JSON.parse(text));
    }),
    RUNS,
  );
});

test("whatever a body holds, the parsers answer with values, and what they accept can be stored", () => {
  fc.assert(
    fc.property(body, (input) => {
      const read = readBody(Buffer.from(JSON.stringify(input)));
      if (!read.ok) return;
      const results = [
        parseExecute(read.value, NOW),
        parseCampaign(read.value, { creating: true }),
        applyOverrides(CONTENT, read.value),
        parseProfileImport(read.value),
        parseListQuery(read.value, FIELDS),
      ];
      const update = parseCampaign(read.value, { creating: false });
      if (update.ok) results.push(mergeCampaign(CONTENT, update.value) as (typeof results)[number]);
      for (const result of results) {
        const text = JSON.stringify(result);
        expect(text).not.toContain("\\u0000");
        expect(text.isWellFormed()).toBe(true);
        if (!result.ok) expect(Object.keys(result.error).length).toBeGreaterThan(0);
      }
    }),
    RUNS,
  );
});

test("an execute body that is accepted names somebody", () => {
  const target = fc.oneof(value, fc.array(value, { maxLength: 5 }));
  fc.assert(
    fc.property(target, fc.option(value), (list, own) => {
      const input = {
        id: 1,
        target_by: "user_id",
        target: list,
        ...(own === null ? {} : { target_with_params: own }),
      };
      const result = parseExecute(input, NOW);
      if (!result.ok) return;
      expect(result.value.targets.length).toBeGreaterThan(0);
      const keys = result.value.targets.map(({ key }) => key);
      expect(new Set(keys).size).toBe(keys.length);
    }),
    RUNS,
  );
});
