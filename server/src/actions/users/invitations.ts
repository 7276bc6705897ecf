/**
 * Invitations into a project: a link with a secret of 256 bits, good for a week and for one person. Whoever has an
 * account already gets a membership, and must prove to be its owner; whoever has none makes one.
 */
import { hasValidChecksum, randomToken, sha256 } from "../../base/crypto.ts";
import { AppError } from "../../base/errors.ts";
import { parseEmail } from "../../domain/address.ts";
import { sentence } from "../../domain/field-label.ts";
import { invitationPrefix, projectOfInvitation } from "../../domain/invitation.ts";
import type { Role } from "../../domain/role.ts";
import { secondsOf } from "../../domain/unix-time.ts";
import { inProject, isTwin } from "../../store/db.ts";
import { lockProject } from "../../store/locks.ts";
import {
  deleteInvitation,
  findInvitation,
  insertInvitation,
  isMemberEmail,
  listInvitations,
} from "../../store/members.ts";
import { findProject, insertMembership, insertUser } from "../../store/projects.ts";
import { findUser } from "../../store/users.ts";
import type { Context } from "../context.ts";
import { type Actor, recordAudit } from "../tokens/audit-trail.ts";
import { userActor } from "./change-user.ts";
import { labelOfRole } from "./own-account.ts";

const WEEK_MS = 7 * 86_400_000;
/** Bounds what one administrator can have mailed. */
const MAX_PENDING = 200;

/** @throws AppError invalid */
function checkEmail(value: unknown): string {
  const email = parseEmail(typeof value === "string" ? value.trim() : value);
  if (email.ok) return email.value.matchKey;
  throw new AppError("invalid", { errors: { email: [sentence("email", email.error)] } });
}

export interface NewInvitation {
  readonly id: number;
  readonly email: string;
  readonly projectName: string;
  readonly invitedBy: string;
  /** In the link alone; the database has its hash. */
  readonly token: string;
}

/** Invites; an earlier invitation of the same email ends. @throws AppError invalid, conflict */
export async function invite(
  context: Context,
  projectId: number,
  given: { email: unknown; role: Role; inviterId: number | null; actor: Actor },
): Promise<NewInvitation> {
  const email = checkEmail(given.email);
  const { role, inviterId, actor } = given;
  const nowMs = context.clock.now();
  const token = randomToken(invitationPrefix(projectId));
  return await inProject(context.app, projectId, async (tx) => {
    await lockProject(tx, projectId, "members");
    if (await isMemberEmail(tx, projectId, email)) {
      const already = sentence("email", "belongs to a member of this project already");
      throw new AppError("invalid", { errors: { email: [already] } });
    }
    if ((await listInvitations(tx, projectId, nowMs)).length >= MAX_PENDING) {
      throw new AppError("conflict", { message: `A project has at most ${MAX_PENDING} open invitations.` });
    }
    const inviter = inviterId === null ? null : await findUser(tx, inviterId);
    const invitedBy = inviter?.email ?? actor.name;
    const row = { hash: sha256(token), email, role, invitedBy, nowMs, untilMs: nowMs + WEEK_MS };
    const id = await insertInvitation(tx, projectId, row);
    const change = { action: "invitation.create", object: `invitation:${id}`, after: { email, role } };
    await recordAudit(tx, projectId, { actor, nowMs, change });
    const project = await findProject(tx, projectId);
    return { id, email, token, invitedBy, projectName: project?.name ?? "" };
  });
}

/** @throws AppError not_found */
export async function revokeInvitation(
  context: Context,
  projectId: number,
  { id, actor }: { id: number; actor: Actor },
): Promise<void> {
  const nowMs = context.clock.now();
  await inProject(context.app, projectId, async (tx) => {
    const before = await deleteInvitation(tx, projectId, id);
    if (before === null) throw new AppError("not_found");
    const change = { action: "invitation.revoke", object: `invitation:${id}`, before };
    await recordAudit(tx, projectId, { actor, nowMs, change });
  });
}

export interface OpenInvitation {
  readonly id: number;
  readonly projectId: number;
  readonly projectName: string;
  readonly email: string;
  readonly role: string;
  readonly invitedBy: string;
  readonly validUntil: Date;
}

/** @throws AppError not_found for what is no token, or is not good any more */
export async function openInvitation(context: Context, token: unknown): Promise<OpenInvitation> {
  const text = typeof token === "string" && hasValidChecksum(token) ? token : "";
  const projectId = projectOfInvitation(text);
  if (projectId === null) throw isOver();
  const nowMs = context.clock.now();
  return await inProject(context.app, projectId, async (tx) => {
    const row = await findInvitation(tx, projectId, { hash: sha256(text), nowMs });
    const project = row === null ? null : await findProject(tx, projectId);
    if (row === null || project === null) throw isOver();
    const { id, email, role, invitedBy, validUntil } = row;
    return { id, email, role, invitedBy, validUntil, projectId, projectName: project.name };
  });
}

/** What who holds the link is told before accepting. */
export interface InvitationLookup {
  readonly email: string;
  readonly role: string;
  readonly role_label: string;
  readonly project_id: number;
  readonly project_name: string;
  readonly invited_by: string;
  /** Then its password is asked for, and no name. */
  readonly has_account: boolean;
  /** Unix seconds. */
  readonly valid_until: number;
}

export const viewInvitation = (invitation: OpenInvitation, hasAccount: boolean): InvitationLookup => ({
  email: invitation.email,
  role: invitation.role,
  role_label: labelOfRole(invitation.role),
  project_id: invitation.projectId,
  project_name: invitation.projectName,
  invited_by: invitation.invitedBy,
  has_account: hasAccount,
  valid_until: secondsOf(invitation.validUntil),
});

/** Who takes an invitation: an account whose owner was proved, or a new one. */
export type Invitee = { readonly userId: number } | { readonly name: string; readonly passwordHash: string };

/** Uses the invitation up and makes the membership. @returns the user. @throws AppError not_found, conflict */
export async function acceptInvitation(
  context: Context,
  invitation: OpenInvitation,
  { invitee, ip }: { invitee: Invitee; ip: string },
): Promise<number> {
  const { projectId, id } = invitation;
  const nowMs = context.clock.now();
  const accept = inProject(context.app, projectId, async (tx) => {
    await lockProject(tx, projectId, "members");
    // What counts is what it says now: an administrator may have taken it back meanwhile.
    const taken = await deleteInvitation(tx, projectId, id);
    if (taken === null) throw isOver();
    const { email, role } = taken;
    const userId = "userId" in invitee ? invitee.userId : await insertUser(tx, { ...invitee, email, nowMs });
    if (!(await isMemberEmail(tx, projectId, email))) await insertMembership(tx, projectId, { userId, role });
    const change = { action: "invitation.accept", object: `invitation:${id}`, after: { email, role } };
    await recordAudit(tx, projectId, { actor: userActor(userId, ip), nowMs, change });
    return userId;
  });
  return await accept.catch((error: unknown) => {
    if (!isTwin(error)) throw error;
    const message = "This email has got an account meanwhile. Open the link again and sign in with it.";
    throw new AppError("conflict", { message });
  });
}

const isOver = (): AppError =>
  new AppError("not_found", {
    message: "The invitation was used before, taken back or is too old. Ask for a new one.",
  });
