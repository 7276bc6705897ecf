/** What a signed-in user sees and changes of themselves: their account, and the projects that they may work in. */
import { AppError } from "../../base/errors.ts";
import { isRole, permissionsOf, ROLE_LABELS } from "../../domain/role.ts";
import {
  findUser,
  listMemberships,
  type MembershipRow,
  type UserRow,
  updateUserName,
} from "../../store/users.ts";
import type { Context } from "../context.ts";
import type { Actor } from "../tokens/audit-trail.ts";
import { changeUser } from "./change-user.ts";

export interface AccountView {
  readonly user: {
    readonly id: number;
    readonly email: string;
    readonly name: string;
    /** Signs in with an authenticator's code too. */
    readonly has_totp: boolean;
  };
  readonly projects: readonly {
    readonly id: number;
    readonly name: string;
    readonly role: string;
    readonly role_label: string;
    readonly permissions: readonly string[];
  }[];
}

/** The same with the instance that they work on. */
export interface MeView extends AccountView {
  readonly region: string;
  readonly version: string;
  readonly instance: { readonly url: string };
}

/** @throws AppError unauthenticated when the user is gone. */
export async function viewAccount({ app, dispatch }: Context, userId: number): Promise<AccountView> {
  const [user, memberships] = await Promise.all([findUser(app, userId), listMemberships(dispatch, userId)]);
  if (user === null) throw new AppError("unauthenticated");
  const { id, email, name } = user;
  return {
    user: { id, email, name, has_totp: user.totpSecret !== null },
    projects: memberships.map(viewMembership),
  };
}

const viewMembership = ({ projectId, projectName, role }: MembershipRow) => ({
  id: projectId,
  name: projectName,
  role,
  role_label: labelOfRole(role),
  permissions: permissionsOf(role),
});

/** A role that a newer version has written goes by its own name. */
export const labelOfRole = (role: string): string => (isRole(role) ? ROLE_LABELS[role] : role);

export async function renameUser(
  context: Context,
  { user, name, actor }: { user: UserRow; name: string; actor: Actor },
): Promise<void> {
  await changeUser(context, { userId: user.id, actor }, async (tx) => {
    await updateUserName(tx, user.id, name);
    return { action: "user.rename", before: { name: user.name }, after: { name } };
  });
}
