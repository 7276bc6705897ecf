/** Who belongs to a project, and who is invited into it. All inside the project, under row-level security. */
import type { Tx } from "./db.ts";

export interface MemberRow {
  readonly id: number;
  readonly email: string;
  readonly name: string;
  readonly role: string;
  readonly hasTotp: boolean;
  readonly seenTime: Date | null;
  readonly createTime: Date;
}

const MEMBER = (tx: Tx) => tx`
  u.id, u.email, u.name, m.role, u.totp_secret is not null as "hasTotp", u.seen_time as "seenTime",
  u.create_time as "createTime"`;

export async function listMembers(tx: Tx, projectId: number): Promise<MemberRow[]> {
  return await tx<MemberRow[]>`
    select ${MEMBER(tx)} from memberships m join users u on u.id = m.user_id
    where m.project_id = ${projectId} order by u.email`;
}

export async function findMember(tx: Tx, projectId: number, userId: number): Promise<MemberRow | null> {
  const [row] = await tx<MemberRow[]>`
    select ${MEMBER(tx)} from memberships m join users u on u.id = m.user_id
    where m.project_id = ${projectId} and m.user_id = ${userId}`;
  return row ?? null;
}

export async function isMemberEmail(tx: Tx, projectId: number, email: string): Promise<boolean> {
  const rows = await tx`
    select from memberships m join users u on u.id = m.user_id
    where m.project_id = ${projectId} and u.email = ${email}`;
  return rows.length > 0;
}

export async function countMembersOfRole(tx: Tx, projectId: number, role: string): Promise<number> {
  const [row] = await tx<{ n: number }[]>`
    select count(*)::integer as n from memberships where project_id = ${projectId} and role = ${role}`;
  return row?.n ?? 0;
}

export async function updateMembershipRole(
  tx: Tx,
  projectId: number,
  { userId, role }: { userId: number; role: string },
): Promise<void> {
  await tx`update memberships set role = ${role} where project_id = ${projectId} and user_id = ${userId}`;
}

export async function deleteMembership(tx: Tx, projectId: number, userId: number): Promise<void> {
  await tx`delete from memberships where project_id = ${projectId} and user_id = ${userId}`;
}

export interface InvitationRow {
  readonly id: number;
  readonly email: string;
  readonly role: string;
  readonly invitedBy: string;
  readonly createTime: Date;
  readonly validUntil: Date;
}

const INVITATION = (tx: Tx) => tx`
  id, email, role, invited_by as "invitedBy", create_time as "createTime", valid_until as "validUntil"`;

/** Those that are not over, newest first. */
export async function listInvitations(tx: Tx, projectId: number, nowMs: number): Promise<InvitationRow[]> {
  return await tx<InvitationRow[]>`
    select ${INVITATION(tx)} from invitations
    where project_id = ${projectId} and valid_until > ${new Date(nowMs)} order by id desc`;
}

export async function findInvitation(
  tx: Tx,
  projectId: number,
  { hash, nowMs }: { hash: Buffer; nowMs: number },
): Promise<InvitationRow | null> {
  const [row] = await tx<InvitationRow[]>`
    select ${INVITATION(tx)} from invitations
    where project_id = ${projectId} and hash = ${hash} and valid_until > ${new Date(nowMs)}`;
  return row ?? null;
}

/** Invites; an older invitation of the same email ends, and so do those that are over. @returns its id. */
export async function insertInvitation(
  tx: Tx,
  projectId: number,
  invitation: {
    hash: Buffer;
    email: string;
    role: string;
    invitedBy: string;
    nowMs: number;
    untilMs: number;
  },
): Promise<number> {
  const { hash, email, role, invitedBy } = invitation;
  const now = new Date(invitation.nowMs);
  await tx`
    delete from invitations where project_id = ${projectId} and (email = ${email} or valid_until < ${now})`;
  const [row] = await tx<{ id: number }[]>`
    insert into invitations (project_id, hash, email, role, invited_by, create_time, valid_until)
    values (${projectId}, ${hash}, ${email}, ${role}, ${invitedBy}, ${now}, ${new Date(invitation.untilMs)})
    returning id`;
  return row?.id ?? 0;
}

/** @returns what it was; null when there is none such. */
export async function deleteInvitation(
  tx: Tx,
  projectId: number,
  id: number,
): Promise<{ email: string; role: string } | null> {
  const [row] = await tx<{ email: string; role: string }[]>`
    delete from invitations where project_id = ${projectId} and id = ${id} returning email, role`;
  return row ?? null;
}
