/** One call in cURL, TypeScript and Python, ready to be pasted. */
import type { Operation } from "../external/operation.ts";

export interface CodeSample {
  readonly language: "cURL" | "TypeScript" | "Python";
  /** As Markdown's fences call it. */
  readonly fence: "sh" | "ts" | "python";
  readonly code: string;
}

/** Stands where a reader puts the project's own token (seed: execute). */
const TOKEN = "YOURAPPTOKEN";

export const pathOf = ({ method, model }: Pick<Operation, "method" | "model">): string =>
  `/api/external/${method}/${model}`;

/** @param baseUrl scheme and host of the instance, without a slash at its end. */
export function codeSamples(
  operation: Operation,
  example: Readonly<Record<string, unknown>>,
  baseUrl: string,
): readonly CodeSample[] {
  return callSamples(`${baseUrl}${pathOf(operation)}`, { apptoken: TOKEN, ...example });
}

/** One POST of a body. */
export function callSamples(url: string, body: Readonly<Record<string, unknown>>): readonly CodeSample[] {
  return [
    { language: "cURL", fence: "sh", code: curl(url, body) },
    { language: "TypeScript", fence: "ts", code: typescript(url, body) },
    { language: "Python", fence: "python", code: python(url, body) },
  ];
}

/** In a shell's single quotes only the quote itself means something. */
const shellQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

function curl(url: string, body: object): string {
  return [
    "curl --request POST \\",
    `  --url ${shellQuoted(url)} \\`,
    "  --header 'content-type: application/json' \\",
    `  --data ${shellQuoted(JSON.stringify(body, null, 2))}`,
  ].join("\n");
}

function typescript(url: string, body: object): string {
  return `const response = await fetch(${JSON.stringify(url)}, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify(${indented(JSON.stringify(body, null, 2), "  ")}),
});
const answer = await response.json();
if (!answer.success) throw new Error(answer.message);`;
}

function python(url: string, body: object): string {
  return `import requests

response = requests.post(
    ${JSON.stringify(url)},
    json=${indented(pythonLiteral(body, ""), "    ")},
    timeout=40,
)
answer = response.json()
if not answer["success"]:
    raise RuntimeError(answer["message"])`;
}

const indented = (text: string, indent: string): string => text.replaceAll("\n", `\n${indent}`);

const PYTHON_WORDS: Readonly<Record<string, string>> = { true: "True", false: "False", null: "None" };

/** JSON's texts and numbers are Python's too; its three words are not. */
function pythonLiteral(value: unknown, indent: string): string {
  const inner = `${indent}    `;
  if (Array.isArray(value)) {
    const parts = value.map((one) => pythonLiteral(one, inner));
    const line = `[${parts.join(", ")}]`;
    return line.length < 80 && !line.includes("\n")
      ? line
      : `[\n${parts.map((part) => `${inner}${part},`).join("\n")}\n${indent}]`;
  }
  if (typeof value === "object" && value !== null) {
    const parts = Object.entries(value).map(
      ([name, one]) => `${inner}${JSON.stringify(name)}: ${pythonLiteral(one, inner)},`,
    );
    return parts.length === 0 ? "{}" : `{\n${parts.join("\n")}\n${indent}}`;
  }
  const text = JSON.stringify(value);
  return PYTHON_WORDS[text] ?? text;
}
