/** Saves an answer as a file. A plain link would not do: it cannot say which project is meant. */
import { ApiError } from "./api-error.ts";

/** @throws ApiError */
export async function download(
  path: string,
  { projectId, name }: { readonly projectId: number; readonly name: string },
): Promise<void> {
  const response = await fetch(`/api/app${path}`, {
    headers: { "carillon-project": String(projectId) },
    credentials: "same-origin",
  });
  if (!response.ok) {
    const requestId = response.headers.get("x-request-id");
    const message = `The server answered with status ${response.status}.`;
    throw new ApiError({ status: response.status, code: "download", message, requestId });
  }
  save(await response.blob(), name);
}

/** Offers a content of the page as a file. */
export function save(content: Blob, name: string): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
}

/** Browsers read the content after the click. */
const KEPT_MS = 10_000;
