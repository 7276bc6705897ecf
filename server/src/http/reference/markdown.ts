/** The reference as Markdown, for the repository: made from the same table and catalogue as the pages. */
import type { Operation } from "../external/operation.ts";
import { codeSamples, pathOf } from "./code-samples.ts";
import { errorDocs, errorsOf } from "./error-docs.ts";
import { type ParameterGroup, parametersOf } from "./parameters.ts";

const MADE = "<!-- Made by scripts/gen.ts from the code. Change the code, then run it. -->";
const BASE_URL = "http://127.0.0.1:8400";

/** A table's cell: one line, its bars told apart from the table's own. */
const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), `|${head.map(() => "---").join("|")}|`, ...rows.map(row)].join("\n");

/** docs/reference/errors.md */
export function errorsMarkdown(): string {
  const rows = errorDocs().map(({ code, status, sentence, advice }) => [
    String(status),
    `\`${code}\``,
    sentence,
    advice,
  ]);
  return `${MADE}
# Errors

The answer's \`code\` repeats the HTTP status; \`errors\` names fields. A 4xx means that nothing was changed. A 5xx may be
retried: once at once, and once after 30 seconds. An error's name never changes its meaning and is never reused.

${table(["status", "error", "message", "what to do"], rows)}
`;
}

/** docs/reference/operations.md */
export function operationsMarkdown(operations: readonly Operation[]): string {
  const index = operations.map(({ method, model, scope, summary }) => [
    `[${method}/${model}](#${method}${model})`,
    summary,
    `\`${scope}\``,
  ]);
  return `${MADE}
# Operations

An instance shows the same at \`/reference\`, with a form that sends each operation, and as OpenAPI 3.1 at
\`/api/openapi.json\`.

The credential is the project's app token, in the body as \`apptoken\` or in the header \`Authorization: Bearer\`, or a
client's access token of \`POST /api/oauth/token\`, in that header ([clients and scopes](../guides/clients.md)).

${table(["operation", "what it does", "scope"], index)}

${operations.map(operationMarkdown).join("\n")}`;
}

function operationMarkdown(operation: Operation): string {
  const { method, model, description, body, scope, aliases = [] } = operation;
  const [first = {}] = operation.examples;
  const [sample] = codeSamples(operation, first, BASE_URL);
  const also =
    aliases.length === 0 ? "" : ` Also as ${aliases.map((one) => `\`${method}/${one}\``).join(", ")}.`;
  const keyed = operation.takesIdempotencyKey === true ? " Takes an `Idempotency-Key`." : "";
  const errors = errorsOf(operation).map(({ code, status }) => `${status} \`${code}\``);
  return `## ${method}/${model}

\`POST ${pathOf(operation)}\`, scope \`${scope}\`.${also}${keyed}

${description}

${parametersOf(body).map(groupMarkdown).join("\n\n")}

\`\`\`sh
${sample?.code ?? ""}
\`\`\`

${answersMarkdown(operation)}

Errors: ${errors.join(", ")}.
`;
}

function groupMarkdown({ path, title, parameters }: ParameterGroup): string {
  const rows = parameters.map(({ name, type, isNeeded, meaning, fallback }) => [
    `\`${path === "" ? name : `${path}.${name}`}\``,
    type,
    isNeeded ? "yes" : "",
    fallback === null ? meaning : `${meaning} Default: \`${fallback}\`.`,
  ]);
  const fields = table(["name", "type", "needed", "meaning"], rows);
  return title === "" ? fields : `${title}:\n\n${fields}`;
}

function answersMarkdown({ answers = [] }: Operation): string {
  const known = answers.length > 0 ? answers : [{ code: 200, example: { code: 200, success: true } }];
  return known
    .map((answer) => {
      const when = "when" in answer && answer.when !== undefined ? `: ${answer.when}` : "";
      return `Answer ${answer.code}${when}\n\n\`\`\`json\n${JSON.stringify(answer.example, null, 2)}\n\`\`\``;
    })
    .join("\n\n");
}
