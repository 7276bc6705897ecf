/**
 * The forms that the same SQL must avoid to run on a distributed PostgreSQL too (docs/concepts/data.md), as far as
 * they can be recognised in the text.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const RULES: readonly (readonly [name: string, form: RegExp])[] = [
  ["now() in DO UPDATE", /do update[^`]*\bnow\(\)/i],
  ["MERGE", /`\s*merge\s/i],
  ["ctid", /\bctid\b/i],
  ["grouping sets", /grouping sets/i],
  ["recursive CTE", /with recursive/i],
  ["triggers", /create trigger/i],
  ["a lateral left join over unnest", /unnest\([^`]*\)\s+left join/i],
  ["a locking sub-select in IN", /\bin\s*\(\s*select[^)]*for update/i],
  ["an array subscript set by UPDATE", /\bset\b[^`;]*=\s*\w+\[\w+\]/i],
];

const sources = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
  .map((name) => ({
    name,
    text: readFileSync(join(import.meta.dirname, name), "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, ""),
  }));

test.each(RULES)("no statement uses %s", (_name, form) => {
  expect(sources.filter(({ text }) => form.test(text)).map(({ name }) => name)).toEqual([]);
});

test("every statement on a tenant table names the project", () => {
  const tenant =
    /\b(?:from|into|update|join)\s+(chunks|messages|profiles|executions|campaigns|connections|webhook_events|devices|lookup_keys|attempts|sandbox_messages|tasks|idempotency_keys|imports|import_files|import_errors|resends|memberships|invitations|gateways)\b/i;
  const unscoped: string[] = [];
  for (const { name, text } of sources) {
    if (name === "list.ts" || name === "list-sources.ts") continue; // the query builder names it itself
    for (const [statement] of text.matchAll(/`[^`]*`/g)) {
      const crosses = /lease_until|claim_tokens|worker =/.test(statement); // the dispatcher's own
      if (tenant.test(statement) && !statement.includes("project_id") && !crosses)
        unscoped.push(`${name}: ${statement.slice(0, 80)}`);
    }
  }
  expect(unscoped).toEqual([]);
});
