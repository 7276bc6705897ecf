/**
 * The OpenAPI 3.1 document of the External API, made from the route table. Schemas that carry a name ($id) are
 * written once, under components; everything else stands where it is used.
 */
import type { AnswerDoc, Operation } from "../external/operation.ts";
import { pathOf } from "./code-samples.ts";
import { type ErrorDoc, errorsOf } from "./error-docs.ts";

type Json = Record<string, unknown>;

const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });

const DESCRIPTION =
  "Every operation is a POST of a JSON object, or of a form in PHP's bracket notation (`ios[active]=1`), to " +
  "`/api/external/{method}/{model}`. The credential is the project's app token in the body as `apptoken`, or any " +
  "token in the header `Authorization: Bearer`. A 4xx means that nothing was changed; a 5xx may be retried.";

/** @returns the document as plain JSON, the same for the same table. */
export function openApi(operations: readonly Operation[]): Json {
  const components = new Components();
  const paths = Object.fromEntries(
    operations.flatMap((operation) => {
      const item = { post: operationOf(operation, components) };
      const aliases = (operation.aliases ?? []).map((model) => aliasOf(operation, model, item.post));
      return [[pathOf(operation), item] as const, ...aliases];
    }),
  );
  return {
    openapi: "3.1.0",
    info: { title: "Carillon External API", version: "1.0.0", description: DESCRIPTION },
    jsonSchemaDialect: "https://json-schema.org/draft/2020-12/schema",
    servers: [{ url: "/", description: "This instance" }],
    // The empty entry: the token may stand in the body instead, which no security scheme can say.
    security: [{ bearer: [] }, {}],
    tags: [...new Set(operations.map(({ model }) => model))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        bearer: {
          type: "http",
          scheme: "bearer",
          description:
            "An app token, or an access token of POST /api/oauth/token. An app token may also stand in the body.",
        },
      },
      schemas: { ...ENVELOPES, ...components.schemas },
      responses: components.responses,
    },
  };
}

const ENVELOPES: Readonly<Record<string, Json>> = {
  Credential: {
    type: "object",
    properties: {
      apptoken: { type: "string", description: "The project's app token, unless a header has one." },
    },
  },
  Success: {
    type: "object",
    required: ["code", "success"],
    properties: {
      code: { type: "integer", description: "Repeats the HTTP status." },
      success: { const: true },
      message: { type: "string" },
      model: { description: "What was created, changed or asked for." },
      data: { type: "array", description: "The rows of a list." },
      total: { type: "integer", description: "Rows in all, where count: 1 asked for it." },
    },
  },
  Failure: {
    type: "object",
    required: ["code", "success", "message"],
    properties: {
      code: { type: "integer", description: "Repeats the HTTP status." },
      success: { const: false },
      message: { type: "string", description: "For the log." },
      errors: {
        type: "object",
        description: "Sentences by field.",
        additionalProperties: { type: "array", items: { type: "string" } },
      },
    },
  },
};

/** Collects what is written once: schemas that have names, and the refusals that operations share. */
class Components {
  readonly schemas: Record<string, Json> = {};
  readonly responses: Record<string, Json> = {};

  /** A copy of a schema in which every named one is a reference. */
  lift(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((one) => this.lift(one));
    if (typeof value !== "object" || value === null) return value;
    const { $id: name, ...rest } = value as Json;
    const lifted = Object.fromEntries(Object.entries(rest).map(([key, one]) => [key, this.lift(one)]));
    if (typeof name !== "string") return lifted;
    this.schemas[name] = lifted;
    return ref(name);
  }

  name(name: string, schema: Json): Json {
    this.schemas[name] = schema;
    return ref(name);
  }
}

const wordsOf = ({ method, model }: Pick<Operation, "method" | "model">): string[] =>
  `${method}-${model}`.split(/[-_]/);
const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
const pascal = (operation: Pick<Operation, "method" | "model">): string =>
  wordsOf(operation).map(capital).join("");
const camel = (operation: Pick<Operation, "method" | "model">): string => {
  const name = pascal(operation);
  return name.charAt(0).toLowerCase() + name.slice(1);
};

function aliasOf(operation: Operation, model: string, post: Json): readonly [string, Json] {
  const names = { method: operation.method, model };
  const description = `The same as ${pathOf(operation)}.`;
  return [pathOf(names), { post: { ...post, operationId: camel(names), description, deprecated: true } }];
}

function operationOf(operation: Operation, components: Components): Json {
  const own = components.lift(plain(operation.body)) as Json;
  const schema = components.name(`${pascal(operation)}Body`, { allOf: [ref("Credential"), own] });
  return {
    operationId: camel(operation),
    tags: [operation.model],
    summary: operation.summary,
    description: operation.description,
    "x-scope": operation.scope,
    ...(operation.takesIdempotencyKey === true ? { parameters: [IDEMPOTENCY_KEY] } : {}),
    requestBody: {
      required: true,
      content: {
        "application/json": { schema, examples: examplesOf(operation) },
        "application/x-www-form-urlencoded": { schema, ...encodingOf(own) },
      },
    },
    responses: { ...successes(operation, components), ...failures(errorsOf(operation), components) },
  };
}

/** TypeBox marks its schemas with names that JSON does not show. */
const plain = (schema: unknown): unknown => JSON.parse(JSON.stringify(schema));

const IDEMPOTENCY_KEY = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  description:
    "The same key and body answer as before and do nothing again, for 30 days (past the send time of a later send). " +
    "The answer then has Idempotent-Replayed: true.",
  schema: { type: "string", minLength: 1, maxLength: 255 },
};

function examplesOf({ examples, exampleTitles, summary }: Operation): Json {
  return Object.fromEntries(
    examples.map((value, i) => [`example${i + 1}`, { summary: exampleTitles?.[i] ?? summary, value }]),
  );
}

/** How a form writes objects and lists. */
function encodingOf(schema: Json): Json {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, Json>);
  const nested = properties.filter(([, { type, $ref }]) => {
    const types = Array.isArray(type) ? type : [type];
    return $ref !== undefined || types.includes("object") || types.includes("array");
  });
  if (nested.length === 0) return {};
  const entries = nested.map(([name]) => [name, { style: "deepObject", explode: true }]);
  return { encoding: Object.fromEntries(entries) };
}

const REQUEST_ID = {
  "X-Request-Id": {
    description: "Leads to the call in the log. The caller's own is taken over when it is plain.",
    schema: { type: "string" },
  },
};

function successes(operation: Operation, components: Components): Json {
  const answers: readonly AnswerDoc[] = operation.answers ?? [{ code: 200, example: SUCCESS_EXAMPLE }];
  const byCode = Map.groupBy(answers, ({ code }) => String(code));
  return Object.fromEntries([...byCode].map(([code, docs]) => [code, successOf(docs, components)]));
}

const SUCCESS_EXAMPLE = { code: 200, success: true };

function successOf(docs: readonly AnswerDoc[], components: Components): Json {
  const schemas = docs.map((doc) => answerSchema(doc, components));
  const examples = docs.map(({ when, example }, i) => [
    `answer${i + 1}`,
    { summary: when ?? "The answer", value: example },
  ]);
  return {
    description: docs.map(({ when }) => when ?? "Done").join(", or: "),
    headers: REQUEST_ID,
    content: {
      "application/json": {
        schema: schemas.length === 1 ? schemas[0] : { anyOf: schemas },
        examples: Object.fromEntries(examples),
      },
    },
  };
}

function answerSchema({ model, row }: AnswerDoc, components: Components): Json {
  const properties = {
    ...(model === undefined ? {} : { model: components.lift(plain(model)) }),
    ...(row === undefined ? {} : { data: { type: "array", items: components.lift(plain(row)) } }),
  };
  return Object.keys(properties).length === 0
    ? ref("Success")
    : { allOf: [ref("Success"), { type: "object", properties }] };
}

const RETRYABLE: ReadonlySet<number> = new Set([429, 503]);

function failures(errors: readonly ErrorDoc[], { responses }: Components): Json {
  const byStatus = Map.groupBy(errors, ({ status }) => status);
  return Object.fromEntries(
    [...byStatus].map(([status, docs]) => {
      const name = docs.map(({ code }) => code).join("-or-");
      responses[name] = failureOf(status, docs);
      return [String(status), { $ref: `#/components/responses/${name}` }];
    }),
  );
}

const failureOf = (status: number, docs: readonly ErrorDoc[]): Json => ({
  description: docs.map(({ sentence }) => sentence).join(" Or: "),
  headers: {
    ...REQUEST_ID,
    ...(RETRYABLE.has(status)
      ? { "Retry-After": { description: "Seconds to wait.", schema: { type: "integer" } } }
      : {}),
  },
  content: { "application/json": { schema: ref("Failure"), examples: failureExamples(docs) } },
});

const failureExamples = (docs: readonly ErrorDoc[]): Json =>
  Object.fromEntries(
    docs.map(({ code, status, sentence, advice }) => [
      code,
      { summary: advice, value: { code: status, success: false, message: sentence } },
    ]),
  );
