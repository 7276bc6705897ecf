/** The OpenAPI document, the pages and the written reference say what the route table says. */
import { Ajv2020 } from "ajv/dist/2020.js";
import type { TSchema } from "typebox";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLog } from "../../base/log.ts";
import { CAMPAIGN_FIELDS, fieldNamed } from "../../domain/campaign-fields.ts";
import { parseExecute } from "../../domain/execute-request.ts";
import { CAMPAIGN_TEXTS } from "../external/operations/campaign-texts.ts";
import { OPERATIONS } from "../external/operations.ts";
import { createServer } from "../server.ts";
import { codeSamples, pathOf } from "./code-samples.ts";
import { errorDocs } from "./error-docs.ts";
import { errorsMarkdown, operationsMarkdown } from "./markdown.ts";
import { openApi } from "./open-api.ts";
import { parametersOf } from "./parameters.ts";
import { mountReference } from "./routes.ts";

// biome-ignore lint/suspicious/noExplicitAny: a document of any shape is walked here
type Any = any;

const DOCUMENT = JSON.parse(JSON.stringify(openApi(OPERATIONS)));
const NAMES = OPERATIONS.map((operation) => ({ name: pathOf(operation), operation }));

function* nodes(value: Any): Generator<Any> {
  if (typeof value !== "object" || value === null) return;
  yield value;
  for (const one of Object.values(value)) yield* nodes(one);
}

const at = (pointer: string): Any =>
  pointer
    .slice(2)
    .split("/")
    .reduce((node, part) => node?.[part.replaceAll("~1", "/").replaceAll("~0", "~")], DOCUMENT);

const ajv = new Ajv2020({ strict: false, allErrors: true });
ajv.addSchema(DOCUMENT, "document");
const pointer = (parts: readonly string[]): string =>
  parts.map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1"))).join("/");

describe("the OpenAPI document", () => {
  test("has every operation and alias, each with an id of its own", () => {
    const expected = OPERATIONS.flatMap(({ method, model, aliases = [] }) =>
      [model, ...aliases].map((name) => `/api/external/${method}/${name}`),
    );
    expect(Object.keys(DOCUMENT.paths).sort()).toEqual(expected.sort());
    const ids = Object.values<Any>(DOCUMENT.paths).map((path) => path.post.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("has what OpenAPI 3.1 requires", () => {
    expect(DOCUMENT).toMatchObject({
      openapi: "3.1.0",
      info: { title: expect.any(String), version: "1.0.0" },
    });
    const names = ["schemas", "responses", "securitySchemes"].flatMap((kind) =>
      Object.keys(DOCUMENT.components[kind]),
    );
    // OpenAPI 3.1, 4.8.7.1
    for (const name of names) expect(name).toMatch(/^[a-zA-Z0-9._-]+$/);
    for (const response of nodes(DOCUMENT)) {
      if (response.content !== undefined && response.required === undefined)
        expect(response.description).toBeTruthy();
    }
  });

  test("has no reference that leads nowhere, and no component that nobody uses", () => {
    const refs = [...nodes(DOCUMENT)].map((node) => node.$ref).filter((ref) => typeof ref === "string");
    for (const ref of refs) expect(at(ref), ref).toBeDefined();
    for (const kind of ["schemas", "responses"]) {
      const unused = Object.keys(DOCUMENT.components[kind]).filter(
        (name) => !refs.includes(`#/components/${kind}/${name}`),
      );
      expect(unused).toEqual([]);
    }
  });

  test("has schemas that JSON Schema 2020-12 accepts", () => {
    for (const [name, schema] of Object.entries<Any>(DOCUMENT.components.schemas)) {
      expect(ajv.validateSchema(schema), `${name}: ${ajv.errorsText(ajv.errors)}`).toBe(true);
      expect(JSON.stringify(schema)).not.toContain('"$id"');
    }
  });

  test.each(NAMES)("$name: the examples are what the schemas say", ({ name }) => {
    const { requestBody, responses } = DOCUMENT.paths[name].post;
    const json = requestBody.content["application/json"];
    const body = ajv.compile({ $ref: `document${json.schema.$ref}` });
    for (const { summary, value } of Object.values<Any>(json.examples)) {
      expect(body({ apptoken: "T", ...value }), `${summary}: ${ajv.errorsText(body.errors)}`).toBe(true);
    }
    for (const code of ["200", "202"]) {
      const content = responses[code]?.content["application/json"];
      const path = ["paths", name, "post", "responses", code, "content", "application/json", "schema"];
      const answer = content && ajv.compile({ $ref: `document#/${pointer(path)}` });
      for (const { value } of Object.values<Any>(content?.examples ?? {})) {
        expect(answer?.(value), ajv.errorsText(answer?.errors)).toBe(true);
        expect(value.code).toBe(Number(code));
      }
    }
  });

  test("a body that breaks its schema is told", () => {
    const body = ajv.compile({ $ref: "document#/components/schemas/ExecuteCampaignBody" });
    expect(body({ target: ["a"] })).toBe(false);
    expect(body({ id: 1, target_by: "name" })).toBe(false);
    expect(body({ id: 1, messages: { "3": { push_require_interaction: "yes" } } })).toBe(false);
  });
});

describe("the texts", () => {
  test("every field of the campaign model has its line, and no other has", () => {
    expect(Object.keys(CAMPAIGN_TEXTS).sort()).toEqual(CAMPAIGN_FIELDS.map(({ name }) => name).sort());
  });

  test.each(NAMES)("$name: every parameter and answered field has a meaning", ({ operation }) => {
    expect(operation.summary).not.toBe("");
    expect(operation.description).toMatch(/\.$/);
    expect(operation.examples.length).toBeGreaterThan(0);
    expect(operation.answers?.length).toBeGreaterThan(0);
    const schemas = (operation.answers ?? []).flatMap(({ model, row }) => [model, row]);
    const known = [operation.body, ...schemas].filter((schema) => schema !== undefined);
    const bare = known
      .flatMap(parametersOf)
      .flatMap(({ path, parameters }) =>
        parameters.filter(({ meaning }) => meaning.trim() === "").map(({ name }) => `${path}.${name}`),
      );
    expect(bare).toEqual([]);
  });

  test("a list of objects has a table of its own", () => {
    const body = {
      type: "object",
      properties: {
        rows: {
          type: "array",
          items: { type: "object", properties: { a: { type: "string", description: "A." } } },
        },
      },
    };
    expect(parametersOf(body as TSchema).map(({ path, parameters }) => [path, parameters[0]?.type])).toEqual([
      ["", "list of object"],
      ["rows[]", "text"],
    ]);
  });

  test("execute's defaults are those that apply", () => {
    const execute = OPERATIONS.find(({ method }) => method === "execute");
    const told = parametersOf(execute!.body).flatMap(({ parameters }) =>
      parameters.flatMap(({ name, fallback }) => (fallback === null ? [] : [[name, JSON.parse(fallback)]])),
    );
    const call = { id: 1, target: ["u"] };
    expect(told.map(([name]) => name)).toEqual(["target_by", "target_existing_only", "async"]);
    expect(parseExecute({ ...call, ...Object.fromEntries(told) }, 0)).toEqual(parseExecute(call, 0));
  });

  test("every operation that writes takes a key, and the written reference says so", () => {
    const writing = OPERATIONS.filter(({ method }) => method !== "info" && method !== "list");
    expect(writing.filter((operation) => operation.takesIdempotencyKey !== true)).toEqual([]);
    const told = operationsMarkdown(OPERATIONS).match(/^`POST .*Takes an `Idempotency-Key`\.$/gm) ?? [];
    expect(told).toHaveLength(writing.length);
  });

  test("execute takes exactly the fields that may be overridden", () => {
    const execute = OPERATIONS.find(({ method }) => method === "execute");
    const names = parametersOf(execute!.body).flatMap(({ path, parameters }) =>
      path === "" ? parameters.map(({ name }) => name) : [],
    );
    const given = names.map((name) => fieldNamed(name)).filter((field) => field !== undefined);
    expect(given.filter(({ isOverridable, name }) => !isOverridable && name !== "id")).toEqual([]);
    const missing = CAMPAIGN_FIELDS.filter(
      ({ isOverridable, name }) => isOverridable && !names.includes(name),
    );
    expect(missing).toEqual([]);
  });
});

describe("the requests", () => {
  const operation = OPERATIONS[0]!;
  const [curl, typescript, python] = codeSamples(
    operation,
    { id: 1, params: { name: "O'Brien", isNew: true, none: null }, target: ["a"] },
    "https://engage.example.com",
  );

  test("cURL: a quote does not end the shell's", () => {
    expect(curl?.code).toContain(`"O'\\''Brien"`);
    expect(curl?.code).toContain("--url 'https://engage.example.com/api/external/execute/campaign'");
  });

  test("TypeScript: it runs and sends the body", async () => {
    const sent: unknown[] = [];
    const stand = async (url: string, options: RequestInit) => {
      sent.push(url, JSON.parse(String(options.body)));
      return { json: async () => ({ success: true }) };
    };
    const AsyncFunction = (async () => {}).constructor as new (
      ...parts: string[]
    ) => (given: unknown) => unknown;
    await new AsyncFunction("fetch", typescript?.code ?? "")(stand);
    expect(sent).toEqual([
      "https://engage.example.com/api/external/execute/campaign",
      {
        apptoken: "YOURAPPTOKEN",
        id: 1,
        params: { name: "O'Brien", isNew: true, none: null },
        target: ["a"],
      },
    ]);
  });

  test("Python: JSON's words are Python's", () => {
    expect(python?.code).toContain('"isNew": True');
    expect(python?.code).toContain('"none": None');
  });
});

describe("the pages", () => {
  const server = createServer(createLog({ level: "silent", name: "test" }));
  let url = "";
  beforeAll(async () => {
    mountReference(server, { operations: OPERATIONS, publicUrl: null });
    url = await server.listen({ port: 0, host: "127.0.0.1" });
  });
  afterAll(async () => {
    await server.close();
  });

  const get = async (path: string, headers = {}) => {
    const response = await fetch(`${url}${path}`, { headers });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };

  test("every operation and alias has its page, with a policy that lets nothing in or out", async () => {
    const pages = Object.keys(DOCUMENT.paths).map((path) => path.replace("/api/external/", "/reference/"));
    for (const path of ["/reference", "/reference/errors", ...pages]) {
      const { status, headers, text } = await get(path);
      expect([path, status]).toEqual([path, 200]);
      const policy = headers.get("content-security-policy");
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
      expect(policy).not.toContain("unsafe");
      expect(text).not.toMatch(/ style="|<style|<script(?! src="\/reference)| on\w+="/);
      expect(text).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    }
  });

  test("the document, the style, the script and the icon are served", async () => {
    expect(JSON.parse((await get("/api/openapi.json")).text)).toEqual(DOCUMENT);
    expect((await get("/reference/assets/reference.js")).headers.get("content-type")).toContain("javascript");
    expect((await get("/reference/assets/reference.css")).headers.get("content-type")).toContain("css");
    expect((await get("/reference/assets/icon.svg")).headers.get("content-type")).toContain("svg");
  });

  test("what does not exist is 404 and does not come back as markup", async () => {
    const { status, text } = await get("/reference/execute/%3Cimg%20src=x%3E");
    expect(status).toBe(404);
    expect(text).toContain("&lt;img");
    expect(text).not.toContain("<img src=x>");
  });
});

describe("the written reference", () => {
  test("is the same each time and names every operation and error", () => {
    expect(operationsMarkdown(OPERATIONS)).toBe(operationsMarkdown(OPERATIONS));
    for (const { method, model } of OPERATIONS)
      expect(operationsMarkdown(OPERATIONS)).toContain(`\n## ${method}/${model}\n`);
    for (const { code, status, advice } of errorDocs()) {
      expect(advice).not.toBe("");
      expect(errorsMarkdown()).toContain(`| ${status} | \`${code}\` |`);
    }
  });
});
