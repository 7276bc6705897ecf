/**
 * node scripts/gen.ts writes docs/reference from the route table and the error catalogue; with --check it writes
 * nothing and fails when what is there differs. The same code gives the same bytes.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { OPERATIONS } from "../server/src/http/external/operations.ts";
import { errorsMarkdown, operationsMarkdown } from "../server/src/http/reference/markdown.ts";
import { openApi } from "../server/src/http/reference/open-api.ts";

const FOLDER = join(dirname(dirname(fileURLToPath(import.meta.url))), "docs", "reference");

const WIDTH = 110;

/** JSON as the formatter of this repository prints it: objects open, lists on one line where they fit. */
function printJson(value: unknown, indent: string, usedColumns: number): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  const entries = Object.entries(value).map(([key, one]) => {
    const name = Array.isArray(value) ? "" : `${JSON.stringify(key)}: `;
    return `${name}${printJson(one, inner, inner.length + name.length + 1)}`;
  });
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  const line = `${open}${entries.join(", ")}${close}`;
  const isFlat = Array.isArray(value) && !line.includes("\n") && usedColumns + line.length <= WIDTH;
  if (isFlat || entries.length === 0) return line;
  return `${open}\n${entries.map((entry) => inner + entry).join(",\n")}\n${indent}${close}`;
}

const FILES: Readonly<Record<string, string>> = {
  "errors.md": errorsMarkdown(),
  "operations.md": operationsMarkdown(OPERATIONS),
  "openapi.json": `${printJson(openApi(OPERATIONS), "", 0)}\n`,
};

/** What is on the disk; null where nothing is. */
function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}

const stale = Object.entries(FILES).filter(([name, text]) => read(join(FOLDER, name)) !== text);
if (process.argv.includes("--check")) {
  for (const [name] of stale)
    console.error(`docs/reference/${name} differs from the code: run scripts/gen.ts`);
  if (stale.length > 0) process.exitCode = 1;
  else console.log(`docs/reference: ${Object.keys(FILES).length} files as the code makes them`);
} else {
  mkdirSync(FOLDER, { recursive: true });
  for (const [name, text] of stale) writeFileSync(join(FOLDER, name), text);
  console.log(`docs/reference: ${stale.length} of ${Object.keys(FILES).length} files written`);
}
