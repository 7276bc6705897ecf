/** Members and invitations come in one answer. */
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { keys } from "../../api/query-keys.ts";
import { requestWhole } from "../../api/request.ts";
import { useProject } from "../../router/project-context.ts";
import type { Member, OpenInvitation } from "./member.ts";

export interface Members {
  readonly data: readonly Member[];
  readonly invitations: readonly OpenInvitation[];
}

export function useMembers(): UseQueryResult<Members> {
  const { id: projectId } = useProject();
  return useQuery({
    queryKey: keys.list(projectId, "users", { with: "invitations" }),
    queryFn: ({ signal }) => requestWhole<Members>("/users", { projectId, signal }),
  });
}
