/**
 * The one way to the server: JSON over fetch to /api/app, in the project that the caller names. Whatever fails comes out as an
 * ApiError. The server is asked through the same API that everyone may use.
 */
import { ApiError, type FieldErrors } from "./api-error.ts";

export interface Ask {
  readonly method?: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is; for files. */
  readonly raw?: { readonly content: Blob | string; readonly contentType: string };
  /** Values that are null, undefined or "" are left out. */
  readonly query?: Readonly<Record<string, string | number | boolean | null | undefined>> | undefined;
  /** Said each time, never kept aside: an answer must not land in the cache of another project. null: outside any. */
  readonly projectId: number | null;
  readonly signal?: AbortSignal;
}

/** A page of a list; `next` is the cursor of the following one. */
export interface ListPage<Row> {
  readonly data: readonly Row[];
  readonly next: string | null;
}

/** @returns `data` of the answer. @throws ApiError */
export async function request<T>(path: string, ask: Ask): Promise<T> {
  const { data } = await requestWhole<{ data: T }>(path, ask);
  return data;
}

/** For lists: `data` with the cursor beside it. Lists without paging end at their first page. @throws ApiError */
export async function requestList<Row>(path: string, ask: Ask): Promise<ListPage<Row>> {
  const { data, next } = await requestWhole<{ data: Row[]; next?: string | null }>(path, ask);
  return { data, next: next ?? null };
}

/** The whole answer, for what carries more than data. @throws ApiError */
export async function requestWhole<T>(path: string, ask: Ask): Promise<T> {
  const response = await send(path, ask);
  const requestId = response.headers.get("x-request-id");
  const text = await response.text();
  const body = parse(text);
  if (response.ok && body !== null) return body as T;
  throw faultOf(response.status, body, requestId);
}

async function send(path: string, ask: Ask): Promise<Response> {
  const { method = "GET", signal } = ask;
  try {
    return await fetch(`/api/app${path}${queryOf(ask)}`, {
      method,
      headers: headersOf(ask),
      credentials: "same-origin",
      ...(signal === undefined ? {} : { signal }),
      ...bodyOf(ask),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    const message = "The server cannot be reached. Check your connection; nothing was changed.";
    throw new ApiError({ status: 0, code: "unreachable", message });
  }
}

function headersOf({ body, raw, projectId }: Ask): Record<string, string> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (projectId !== null) headers["carillon-project"] = String(projectId);
  if (raw !== undefined) headers["content-type"] = raw.contentType;
  else if (body !== undefined) headers["content-type"] = "application/json";
  return headers;
}

function bodyOf({ body, raw }: Ask): { body?: Blob | string } {
  if (raw !== undefined) return { body: raw.content };
  return body === undefined ? {} : { body: JSON.stringify(body) };
}

function queryOf({ query }: Ask): string {
  const given = Object.entries(query ?? {}).filter(
    ([, value]) => value !== null && value !== undefined && value !== "",
  );
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text === "" ? "" : `?${text}`;
}

function parse(text: string): unknown {
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    return null;
  }
}

interface ErrorBody {
  readonly error?: { readonly code?: string; readonly message?: string; readonly errors?: FieldErrors };
}

function faultOf(status: number, body: unknown, requestId: string | null): ApiError {
  const { error = {} } = (body ?? {}) as ErrorBody;
  return new ApiError({
    status,
    code: error.code ?? "unreadable",
    message: error.message ?? `The server answered with status ${status} and no explanation.`,
    errors: error.errors ?? {},
    requestId,
  });
}
