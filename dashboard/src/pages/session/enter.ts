/** After signing in: what was known of the one before is forgotten, and on to where one was going. */
import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { keepLastProject } from "../../router/last-project.ts";

/** Only addresses of this dashboard: a link must not send people elsewhere after they signed in. */
const ownAddress = (next: unknown): string | null =>
  typeof next === "string" && /^\/(?![/\\])/.test(next) ? next : null;

export function useEnter(): (projectId: number | undefined, next?: unknown) => void {
  const client = useQueryClient();
  const router = useRouter();
  return (projectId, next) => {
    client.clear();
    if (projectId !== undefined && ownAddress(next) === null) keepLastProject(projectId);
    router.history.push(ownAddress(next) ?? "/");
  };
}
