/** Who belongs to the project, who is invited, and the roles that there are. */
import type { RoleView as Role } from "../../../../server/src/domain/role.ts";

export type {
  InvitationView as OpenInvitation,
  MemberView as Member,
} from "../../../../server/src/actions/users/members.ts";
export type { Role };

export const labelOf = (roles: readonly Role[], name: string): string =>
  roles.find((role) => role.name === name)?.label ?? name;
