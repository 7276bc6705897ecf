/** Runs the statement of a list under EXPLAIN ANALYZE, as the API's own role, and says what of its plan matters. */
import { inProject, type Sql } from "../src/store/db.ts";
import { countStatement, pageStatement } from "../src/store/list.ts";
import type { ListCase } from "./list-queries.ts";

export interface Finding {
  readonly ms: number;
  /** Pages of 8 KB, read or found in memory. */
  readonly buffers: number;
  /** The nodes from the top, shortened. */
  readonly plan: string;
  /** Rows that sequential scans of large tables went through. */
  readonly scanned: number;
  /** Rows that went into a full sort. */
  readonly sorted: number;
}

interface PlanNode {
  readonly "Node Type": string;
  readonly "Index Name"?: string;
  readonly "Relation Name"?: string;
  readonly "Actual Rows": number;
  readonly "Actual Loops": number;
  readonly "Rows Removed by Filter"?: number;
  readonly "Shared Hit Blocks"?: number;
  readonly "Shared Read Blocks"?: number;
  readonly Plans?: readonly PlanNode[];
}

interface Explained {
  readonly Plan: PlanNode;
  readonly "Execution Time": number;
  readonly "Planning Time": number;
}

/** The second of two runs: the first one fills the caches. */
export async function explainCase(app: Sql, one: ListCase): Promise<Finding> {
  await explain(app, one);
  return await explain(app, one);
}

async function explain(app: Sql, one: ListCase): Promise<Finding> {
  const { source } = one.model;
  const names = Object.keys(source.fields);
  const { text, values } = one.isCount
    ? countStatement(one.projectId, { source, query: one.query })
    : pageStatement(one.projectId, {
        source,
        query: one.query,
        names,
        ...(one.after === undefined ? {} : { after: one.after }),
      });
  const [row] = await inProject(app, one.projectId, (tx) =>
    tx.unsafe<{ "QUERY PLAN": readonly Explained[] }[]>(
      `explain (analyze, buffers, timing off, format json) ${text}`,
      [...values],
    ),
  );
  const explained = row?.["QUERY PLAN"][0];
  if (explained === undefined) throw new Error("EXPLAIN said nothing");
  return findingOf(explained);
}

function findingOf({ Plan, ...times }: Explained): Finding {
  const nodes = [...flatten(Plan)];
  const total = (node: PlanNode, rows: number): number => rows * node["Actual Loops"];
  const sum = (wanted: readonly PlanNode[], rowsOf: (node: PlanNode) => number): number =>
    Math.round(wanted.reduce((all, node) => all + total(node, rowsOf(node)), 0));
  return {
    ms: times["Execution Time"] + times["Planning Time"],
    buffers: (Plan["Shared Hit Blocks"] ?? 0) + (Plan["Shared Read Blocks"] ?? 0),
    plan: shorten(nodes),
    scanned: sum(
      nodes.filter((node) => node["Node Type"] === "Seq Scan"),
      (node) => node["Actual Rows"] + (node["Rows Removed by Filter"] ?? 0),
    ),
    sorted: sum(
      nodes.filter((node) => node["Node Type"] === "Sort").flatMap((node) => node.Plans ?? []),
      (node) => node["Actual Rows"],
    ),
  };
}

function* flatten(node: PlanNode): Generator<PlanNode> {
  yield node;
  for (const child of node.Plans ?? []) yield* flatten(child);
}

const QUIET: ReadonlySet<string> = new Set([
  "Result",
  "Limit",
  "Aggregate",
  "Gather",
  "Gather Merge",
  "Append",
]);

/** Empty partitions say nothing, and each access is named once. */
function shorten(nodes: readonly PlanNode[]): string {
  const seen = nodes
    .filter((node) => !QUIET.has(node["Node Type"]) && node["Actual Loops"] > 0)
    .filter((node) => node["Actual Rows"] > 0 || node["Relation Name"] === undefined)
    .map(
      (node) =>
        node["Index Name"] ??
        `${node["Node Type"]}${node["Relation Name"] === undefined ? "" : ` ${node["Relation Name"]}`}`,
    );
  return [...new Set(seen)].slice(0, 5).join(" < ");
}
