/** What the flow tests of OAuth share: clients made through the dashboard's routes, tokens got and used. */
import type { Answered, Project } from "../stack.ts";

export interface At {
  readonly url: string;
}

export interface TestClient {
  readonly id: string;
  readonly secret: string;
  readonly secretId: number;
}

/** Asks a route under /api/app as the project's administrator. */
export async function asAdmin(
  at: At & Pick<Project, "token">,
  line: string,
  body?: Readonly<Record<string, unknown>>,
): Promise<Answered> {
  const [method = "GET", path = ""] = line.split(" ");
  const response = await fetch(`${at.url}/api/app${path}`, {
    method,
    headers: { authorization: `Bearer ${at.token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

/** A client with one secret. */
export async function makeClient(
  at: At & Pick<Project, "token">,
  scopes: readonly string[] = [],
): Promise<TestClient> {
  const { id } = await makeBareClient(at, scopes);
  const { data } = (await asAdmin(at, `POST /clients/${id}/secrets`, {})).body;
  return { id, secret: data.secret, secretId: data.secret_id };
}

/** A client without any credential. */
export async function makeBareClient(
  at: At & Pick<Project, "token">,
  scopes: readonly string[] = [],
): Promise<{ id: string }> {
  const made = await asAdmin(at, "POST /clients", { name: "Test", scopes });
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  return { id: made.body.data.client_id };
}

/** Posts a form to the token endpoint; a text goes as it is. */
export async function askToken(
  at: At,
  parameters: Readonly<Record<string, string>> | string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  const body = typeof parameters === "string" ? parameters : new URLSearchParams(parameters).toString();
  const response = await fetch(`${at.url}/api/oauth/token`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
    body,
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

export const secretGrant = (client: TestClient, scope?: string): Record<string, string> => ({
  grant_type: "client_credentials",
  client_id: client.id,
  client_secret: client.secret,
  ...(scope === undefined ? {} : { scope }),
});

/** @throws when none is given. */
export async function takeToken(at: At, client: TestClient, scope?: string): Promise<string> {
  const { status, body } = await askToken(at, secretGrant(client, scope));
  if (status !== 200) throw new Error(JSON.stringify(body));
  return body.access_token as string;
}

/** Calls an operation with an access token. */
export async function callWith(
  at: At,
  token: string,
  { path, body = {} }: { path: string; body?: Readonly<Record<string, unknown>> },
): Promise<Answered> {
  const response = await fetch(`${at.url}/api/external/${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}
