/** Who belongs to a project and as what. The last administrator stays one: nobody else could let anybody in. */
import { AppError } from "../../base/errors.ts";
import { sentence } from "../../domain/field-label.ts";
import { isRole, type Role } from "../../domain/role.ts";
import { secondsOf, secondsOrNull } from "../../domain/unix-time.ts";
import { inProject, type Tx } from "../../store/db.ts";
import { lockProject } from "../../store/locks.ts";
import {
  countMembersOfRole,
  deleteMembership,
  findMember,
  type InvitationRow,
  listInvitations,
  listMembers,
  type MemberRow,
  updateMembershipRole,
} from "../../store/members.ts";
import type { Context } from "../context.ts";
import { type Actor, recordAudit } from "../tokens/audit-trail.ts";
import { userObject } from "./change-user.ts";

/** Times are unix seconds. */
export interface MemberView {
  readonly id: number;
  readonly email: string;
  readonly name: string;
  readonly role: string;
  readonly has_totp: boolean;
  /** null: not yet. */
  readonly last_seen: number | null;
  /** When the account was made. */
  readonly create_time: number;
}

export interface InvitationView {
  readonly id: number;
  readonly email: string;
  readonly role: string;
  readonly create_time: number;
  readonly valid_until: number;
  readonly invited_by: string;
}

const memberView = ({ id, email, name, role, ...row }: MemberRow): MemberView => ({
  id,
  email,
  name,
  role,
  has_totp: row.hasTotp,
  last_seen: secondsOrNull(row.seenTime),
  create_time: secondsOf(row.createTime),
});

const invitationView = ({ id, email, role, ...row }: InvitationRow): InvitationView => ({
  id,
  email,
  role,
  create_time: secondsOf(row.createTime),
  valid_until: secondsOf(row.validUntil),
  invited_by: row.invitedBy,
});

/** The members by email, and the invitations that nobody has taken yet. */
export async function viewMembers(
  context: Context,
  projectId: number,
): Promise<{ readonly members: MemberView[]; readonly invitations: InvitationView[] }> {
  const nowMs = context.clock.now();
  return await inProject(context.app, projectId, async (tx) => ({
    members: (await listMembers(tx, projectId)).map(memberView),
    invitations: (await listInvitations(tx, projectId, nowMs)).map(invitationView),
  }));
}

/** @throws AppError invalid */
export function checkRole(value: unknown): Role {
  if (isRole(value)) return value;
  const predicate = value === undefined || value === "" ? "cannot be blank" : "is not a role; see GET /roles";
  throw new AppError("invalid", { errors: { role: [sentence("role", predicate)] } });
}

/** @throws AppError not_found; conflict for the last administrator */
export async function changeRole(
  context: Context,
  projectId: number,
  { userId, role, actor }: { userId: number; role: Role; actor: Actor },
): Promise<MemberView> {
  const nowMs = context.clock.now();
  return await inProject(context.app, projectId, async (tx) => {
    const before = await memberToChange(tx, projectId, userId);
    if (role !== "admin") await checkAnotherAdmin(tx, projectId, before);
    await updateMembershipRole(tx, projectId, { userId, role });
    const change = {
      action: "user.role",
      object: userObject(userId),
      before: { role: before.role },
      after: { role },
    };
    await recordAudit(tx, projectId, { actor, nowMs, change });
    return memberView({ ...before, role });
  });
}

/** Takes a user out of the project; the account stays. @throws AppError not_found; conflict as above */
export async function removeMember(
  context: Context,
  projectId: number,
  { userId, actor }: { userId: number; actor: Actor },
): Promise<void> {
  const nowMs = context.clock.now();
  await inProject(context.app, projectId, async (tx) => {
    const before = await memberToChange(tx, projectId, userId);
    await checkAnotherAdmin(tx, projectId, before);
    await deleteMembership(tx, projectId, userId);
    const { email, role } = before;
    const change = { action: "user.remove", object: userObject(userId), before: { email, role } };
    await recordAudit(tx, projectId, { actor, nowMs, change });
  });
}

/** One at a time: of two administrators who demote each other, one must fail. */
async function memberToChange(tx: Tx, projectId: number, userId: number): Promise<MemberRow> {
  await lockProject(tx, projectId, "members");
  const member = await findMember(tx, projectId, userId);
  if (member === null) throw new AppError("not_found");
  return member;
}

async function checkAnotherAdmin(tx: Tx, projectId: number, member: MemberRow): Promise<void> {
  if (member.role !== "admin" || (await countMembersOfRole(tx, projectId, "admin")) > 1) return;
  const message = "This is the last administrator of the project. Make somebody else one first.";
  throw new AppError("conflict", { message });
}
