/** Names of those who change things. The trail writes "user:3"; who may see the members reads their name. */
import type { MemberView } from "../../../server/src/actions/users/members.ts";
import { useProject } from "../router/project-context.ts";
import { useRead } from "./use-read.ts";

export function useActorNames(): (actor: string) => string {
  const { can, me } = useProject();
  const { data } = useRead<MemberView[]>({ noun: "users", path: "/users", enabled: can("users.manage") });
  const names = new Map(
    [me.user, ...(data ?? [])].map(({ id, name, email }) => [`user:${id}`, name || email]),
  );
  return (actor) => names.get(actor) ?? actor.replace(/^user:/, "user ");
}
