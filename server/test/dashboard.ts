/** /api/app as the dashboard asks it: by the project's app token, or as a member with a role. */
import type { Answered, Project, Stack } from "./stack.ts";

/** `line` is "GET /messages?q=x". A text body is sent as CSV. */
export async function askApp(
  stack: Pick<Stack, "url">,
  project: Pick<Project, "token">,
  line: string,
  body?: unknown,
): Promise<Answered> {
  const [method = "GET", path = "/"] = line.split(/ (.*)/s);
  const isText = typeof body === "string" || Buffer.isBuffer(body);
  const response = await fetch(`${stack.url}/api/app${path}`, {
    method,
    headers: {
      authorization: `Bearer ${project.token}`,
      ...(body === undefined ? {} : { "content-type": isText ? "text/csv" : "application/json" }),
    },
    ...(body === undefined ? {} : { body: isText ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") ?? false;
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

/** All rows of a list, page by page. */
export async function listAll(
  stack: Pick<Stack, "url">,
  project: Pick<Project, "token">,
  path: string,
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever the answer holds
): Promise<any[]> {
  const rows: unknown[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const sign = path.includes("?") ? "&" : "?";
    const { status, body } = await askApp(
      stack,
      project,
      `GET ${path}${cursor === "" ? "" : `${sign}cursor=${cursor}`}`,
    );
    if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
    rows.push(...body.data);
    cursor = body.next;
  }
  return rows;
}
